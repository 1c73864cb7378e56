module enrolclient

go 1.19

"""What several mocks of one database share beside the enrolments: sessions, their worlds, faults and journals."""

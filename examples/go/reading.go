package enrolclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Enrolment is an answer without errors. What the host left out, or sent as null, is empty. An ID keeps all of its digits.
type Enrolment struct {
	Status       string
	CustomerID   json.Number
	EnrollmentID string
	OptinID      string
	Milestones   []Milestone
	Warnings     []string
	Requests     int // that were sent
}

// Milestone is one that the customer was entered into.
type Milestone struct {
	TargetGroupID  json.Number `json:"targetGroupId"`
	TargetRuleID   json.Number `json:"targetRuleId"`
	InitialBalance json.Number `json:"initialBalance"`
}

type envelope struct {
	Data *struct {
		Status   string
		Customer *struct {
			CustomerID json.Number `json:"customerId"`
		}
		EnrollmentStatus *struct {
			Promotion *struct {
				EnrollmentID string `json:"enrollmentId"`
				OptinID      string `json:"optinId"`
			}
			Milestone *struct{ Milestones []Milestone }
		} `json:"enrollmentStatus"`
	}
	Errors   json.RawMessage
	Warnings json.RawMessage
}

// read returns what an answer says, in all the forms that the page leaves to a host.
func read(status int, header http.Header, body []byte) (*Enrolment, error) {
	var only struct{ Errors json.RawMessage }
	isObject := json.Unmarshal(body, &only) == nil && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))
	if errors := entries(only.Errors); len(errors) > 0 { // also beside HTTP 200
		return nil, &Refused{status, errors, retryAfter(header)}
	}
	if status < 200 || status > 299 {
		return nil, &HostFailed{status, retryAfter(header)}
	}
	var answer envelope
	if err := json.Unmarshal(body, &answer); err != nil || !isObject {
		return nil, &Unreadable{fmt.Sprintf("the answer is not as documented: %v", err)}
	}
	found := &Enrolment{}
	for _, one := range entries(answer.Warnings) {
		found.Warnings = append(found.Warnings, one.Message)
	}
	data := answer.Data
	if data == nil && found.Warnings == nil {
		return nil, &Unreadable{"the answer has neither data nor errors"}
	}
	if data == nil {
		return found, nil
	}
	found.Status = data.Status
	if data.Customer != nil {
		found.CustomerID = data.Customer.CustomerID
	}
	if enrolled := data.EnrollmentStatus; enrolled != nil {
		if enrolled.Promotion != nil {
			found.EnrollmentID, found.OptinID = enrolled.Promotion.EnrollmentID, enrolled.Promotion.OptinID
		}
		if enrolled.Milestone != nil {
			found.Milestones = enrolled.Milestone.Milestones
		}
	}
	return found, nil
}

// entries returns errors or warnings: a list of objects or of texts, or one of them, or nothing.
func entries(raw json.RawMessage) []HostError {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var found []HostError
	for _, one := range list {
		var object struct {
			Code    json.RawMessage
			Message string
		}
		var text string
		switch {
		case len(one) == 0 || string(one) == "null" || string(one) == "{}":
		case json.Unmarshal(one, &text) == nil:
			found = append(found, HostError{Message: text})
		case json.Unmarshal(one, &object) == nil:
			code, _ := strconv.Atoi(string(bytes.Trim(object.Code, `"`)))
			found = append(found, HostError{code, object.Message})
		default:
			found = append(found, HostError{Message: string(one)})
		}
	}
	return found
}

// retryAfter returns how long Retry-After asks to wait; it is a number of seconds, or a date.
func retryAfter(header http.Header) time.Duration {
	said := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(said); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(said); err == nil {
		return time.Until(date)
	}
	return 0
}

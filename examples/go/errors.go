package enrolclient

import (
	"fmt"
	"strings"
	"time"
)

// tryAgainLater is the code of the row "Unable to enrol in promotions. … Try again later."
const tryAgainLater = 500

// HostError is one entry of errors. Code is 0 where the host sends none that is a number.
type HostError struct {
	Code    int
	Message string
}

// Refused says that the host answered with errors, whatever its HTTP status.
type Refused struct {
	Status     int
	Errors     []HostError
	retryAfter time.Duration
}

func (e *Refused) Error() string {
	said := make([]string, len(e.Errors))
	for i, one := range e.Errors {
		said[i] = fmt.Sprintf("%d: %s", one.Code, one.Message)
	}
	return strings.Join(said, "; ")
}

// HostFailed says that the host, or a gateway before it, answered with a status and no errors that can be read.
type HostFailed struct {
	Status     int
	retryAfter time.Duration
}

func (e *HostFailed) Error() string { return fmt.Sprintf("the host answers %d", e.Status) }

// Unreadable says that the answer says success, and is not what the documentation describes. The customer may be enrolled.
type Unreadable struct{ reason string }

func (e *Unreadable) Error() string { return e.reason }

// NoAnswer says that no whole answer came: the connection broke, or the time was over. The customer may be enrolled.
type NoAnswer struct{ cause error }

func (e *NoAnswer) Error() string { return "no whole answer came: " + e.cause.Error() }
func (e *NoAnswer) Unwrap() error { return e.cause }

// mayPass tells whether the same request may succeed a moment later, and how long the host asks to wait.
func mayPass(err error) (bool, time.Duration) {
	switch e := err.(type) {
	case *NoAnswer:
		return true, 0
	case *HostFailed:
		return transient(e.Status), e.retryAfter
	case *Refused:
		for _, one := range e.Errors {
			if one.Code == tryAgainLater {
				return true, e.retryAfter
			}
		}
		return transient(e.Status), e.retryAfter
	}
	return false, 0
}

func transient(status int) bool {
	switch status {
	case 429, 500, 502, 503, 504:
		return true
	}
	return false
}

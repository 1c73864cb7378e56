package enrolclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"
)

// The page's example, which the sample data of the mock lets through.
var example = Request{
	Action:    "ENROL",
	ProgramID: 3334,
	Promotion: Promotion{"68c3f64bbd0a8a0aa705c793", 1133590053},
	Customer:  Customer{"id", "388369579", "INSTORE"},
}

type testCase struct {
	Name, Kind, Place, Outcome string
	CustomerID                 json.Number `json:"customerId"`
}

// What the client should do: raise an error, or return. With times, so many calls meet the case, and it must ask again.
type expectation struct {
	do    string
	times int
	check func(*Enrolment, error) bool
}

var (
	retries = expectation{do: "return", times: 1}
	failed  = expectation{do: "raise", check: func(_ *Enrolment, err error) bool {
		var broken *NoAnswer
		var strange *Unreadable
		return errors.As(err, &broken) || errors.As(err, &strange)
	}}
	// By the name of the case, by the outcome of its answer, or else by its kind.
	expected = map[string]expectation{
		"success": {do: "return", check: func(e *Enrolment, _ error) bool { return e.Status == "SUCCESS" && e.Warnings == nil }},
		"warning": {do: "return", check: func(e *Enrolment, _ error) bool { return len(e.Warnings) == 1 }},
		"refusal": {do: "raise", check: func(_ *Enrolment, err error) bool {
			var refused *Refused
			return errors.As(err, &refused)
		}},
		"unauthenticated": {do: "raise"},
		"engine_error":    retries, // "Try again later."
		"429":             retries, "502": retries, "503": retries, "504": retries,
		"reset-before": retries, "reset-in": retries, "close": retries, "truncated": retries,
		"silence": retries, "dribble": retries, "endless": retries,
		"498":  {do: "raise"},
		"slow": {do: "return"}, "wrong-media-type": {do: "return"}, "reset-after": {do: "return"},
		"transport": failed,
	}
)

// TestGauntlet puts the client through everything that the documentation says can happen, and what a network adds.
func TestGauntlet(t *testing.T) {
	root := os.Getenv("ENROL_MOCK_URL")
	if root == "" {
		t.Fatal("ENROL_MOCK_URL is not set; run: enrol-mock exec -- go test ./...")
	}
	var listed struct{ Cases []testCase }
	ask(t, http.MethodGet, root+"/_mock/cases", nil, &listed)
	if len(listed.Cases) < 70 {
		t.Fatalf("the mock has only %d cases", len(listed.Cases))
	}
	for number, one := range listed.Cases {
		one, session := one, fmt.Sprintf("%s/_s/go-%d", root, number)
		t.Run(one.Name, func(t *testing.T) {
			t.Parallel()
			meet(t, session, one)
		})
	}
}

func meet(t *testing.T, session string, one testCase) {
	wanted := expected[one.Kind]
	for _, key := range []string{one.Outcome, one.Name} {
		if stated, ok := expected[key]; ok {
			wanted = stated
		}
	}
	staging := map[string]any{}
	if wanted.times > 0 {
		staging["times"] = wanted.times
	}
	ask(t, http.MethodPost, session+"/_mock/cases/"+one.Name, staging, nil)

	client := New(session, "store.server", "123")
	// Short times, so that a test of a silent host takes no half minute.
	client.Patience, client.Attempts, client.Backoff = 2*time.Second, 3, 10*time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	began := time.Now()
	found, err := client.Enrol(ctx, example)
	told := map[string]any{"did": "returned", "seconds": time.Since(began).Seconds(), "expected": wanted.do, "then": wanted.do}
	if err != nil {
		told["did"], told["error"] = "raised", err.Error()
	}
	if wanted.times > 0 {
		told["expected"] = "retry"
	}
	if (err == nil) == (wanted.do == "return") && wanted.check != nil && !wanted.check(found, err) {
		told["problems"] = []string{fmt.Sprintf("The check of %+v, %v failed.", found, err)}
	}
	if one.CustomerID != "" && found != nil && found.CustomerID != one.CustomerID {
		told["problems"] = []string{fmt.Sprintf("The answer has %s, and the call returned %s.", one.CustomerID, found.CustomerID)}
	}
	var result struct {
		Problems []string
		Did      string
	}
	ask(t, http.MethodPost, session+"/_mock/cases/"+one.Name+"/result", told, &result)
	for _, problem := range result.Problems {
		t.Errorf("%s (%s): %s The client %s.", one.Name, one.Place, problem, result.Did)
	}
}

// ask sends a request to the control plane of the mock.
func ask(t *testing.T, method, url string, body, answer any) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, url, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(request) // not over the connections of the client, which the cases break
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		var said any
		_ = json.NewDecoder(got.Body).Decode(&said)
		t.Fatalf("%s %s is answered %d: %v", method, url, got.StatusCode, said)
	}
	if answer != nil {
		if err := json.NewDecoder(got.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
}

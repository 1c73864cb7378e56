// Package enrolclient is a client of the loyalty call POST /v3/promotions/enrol.
package enrolclient

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	mrand "math/rand"
	"net/http"
	"strings"
	"time"
)

const (
	path      = "/v3/promotions/enrol"
	mostBytes = 1_000_000 // of an answer; what is longer never comes to an end
)

// Client calls one host. Patience is for one answer, to its end; the deadline of the whole call is that of its context.
type Client struct {
	URL, User, Password string
	Patience            time.Duration
	Attempts            int           // how often the request is sent at most
	Backoff             time.Duration // the first pause is up to so long, each next one up to twice as long
	HTTP                *http.Client
}

// New returns a client with the usual times. It follows no redirect, which would send the login elsewhere.
func New(url, user, password string) *Client {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{
		URL: url, User: user, Password: password,
		Patience: 10 * time.Second, Attempts: 4, Backoff: 200 * time.Millisecond,
		HTTP: &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}, CheckRedirect: stay},
	}
}

// Promotion has the two ids of a promotion; the page asks for both.
type Promotion struct {
	ID          string `json:"id"`
	PromotionID int64  `json:"promotionId"`
}

// Customer names a customer.
type Customer struct {
	IdentifierName  string `json:"identifierName"`
	IdentifierValue string `json:"identifierValue"`
	Source          string `json:"source,omitempty"`
}

// Request enrols one customer in one promotion. Action is ENROL or OPT_IN. Enrol draws a RequestID if there is none.
type Request struct {
	RequestID string    `json:"requestId"`
	Action    string    `json:"action"`
	ProgramID int64     `json:"programId"`
	Promotion Promotion `json:"promotion"`
	Customer  Customer  `json:"customer"`
}

// Enrol enrols the customer. Its error is a *Refused, *HostFailed, *Unreadable or *NoAnswer.
func (c *Client) Enrol(ctx context.Context, request Request) (*Enrolment, error) {
	if request.RequestID == "" {
		drawn := make([]byte, 16)
		if _, err := rand.Read(drawn); err != nil {
			return nil, err
		}
		request.RequestID = hex.EncodeToString(drawn)
	}
	body, err := json.Marshal(request) // the same each time, since it is the same request
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		found, err := c.ask(ctx, body)
		if err == nil {
			found.Requests = attempt
			return found, nil
		}
		passing, pause := mayPass(err)
		// Chance keeps many clients from coming back together.
		pause += time.Duration((0.5 + mrand.Float64()/2) * float64(c.Backoff) * math.Pow(2, float64(attempt-1)))
		deadline, limited := ctx.Deadline()
		if !passing || attempt >= c.Attempts || (limited && time.Now().Add(pause).After(deadline)) {
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func (c *Client) ask(ctx context.Context, body []byte) (*Enrolment, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, &NoAnswer{err}
	}
	// The vendor's hosts take the MD5 of the password as a hexadecimal number.
	digest := md5.Sum([]byte(c.Password))
	request.SetBasicAuth(c.User, hex.EncodeToString(digest[:]))
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return nil, &NoAnswer{err}
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	if err == nil && len(said) > mostBytes {
		err = errors.New("the answer does not end")
	}
	if err != nil {
		return nil, &NoAnswer{err}
	}
	return read(answer.StatusCode, answer.Header, said)
}

package recipes

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"edges.test/recipes/edgestest"
)

// A callback whose first attempt fails, without sleeping.
func TestACallbackThatFailedIsSentAgain(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int32
	url := receive(t, func(reply http.ResponseWriter, _ *http.Request) {
		if attempts.Add(1) == 1 {
			reply.WriteHeader(503)
		}
	})
	edges := edgestest.New()
	edges.Freeze(t, "2026-01-01T00:00:00Z")
	start := edgestest.Object{"inputs": []any{edgestest.Object{}}, "callback": edgestest.Object{"url": url, "on": "final"}}
	run := edges.Call(t, "POST", "/v1/flows/linkedin-people-enrich/run/async", start)["uid"].(string)

	edges.Advance(t, "2s") // the run ends, and the callback is sent: Advance does not wait for the receiver
	edges.Wait(t, "run="+run+"&attempts=1")
	edges.Advance(t, "5s") // the second attempt is due
	edges.Wait(t, "run="+run+"&callback=SUCCESS")
	if attempts.Load() != 2 {
		t.Fatal(attempts.Load())
	}
}

// receive gives the URL of a receiver. With an emulator in a container, RECEIVER_HOST=host.docker.internal
// names this machine.
func receive(t *testing.T, hook http.HandlerFunc) string {
	host, address := os.Getenv("RECEIVER_HOST"), "0.0.0.0:0"
	if host == "" {
		host, address = "127.0.0.1", "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: hook}}
	server.Start()
	t.Cleanup(server.Close)
	return "http://" + host + ":" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port) + "/hook"
}

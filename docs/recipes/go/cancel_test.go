// Run it with go test.
package recipes

import (
	"os"
	"testing"

	"edges.test/recipes/edgestest"
)

func TestMain(m *testing.M) { os.Exit(edgestest.Main(m)) }

const run = "3c90c3cc-0d44-4b50-8888-8dd25736052a" // RUNNING in the fixture demo

func TestCancelsARun(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	status, reply := edges.Call(t, "POST", "/v1/flows/runs/"+run+"/cancel", nil)
	if status != 200 || reply["status"] != "STOPPED" {
		t.Fatal(status, reply)
	}
	if status, reply = edges.Call(t, "POST", "/v1/flows/runs/"+run+"/cancel", nil); status != 422 {
		t.Fatal(status, reply)
	}
}

func TestStartsAFlowAndSeesItSucceedWithoutWaiting(t *testing.T) {
	t.Parallel()
	edges := edgestest.New()
	edges.Call(t, "PUT", "/_emulator/clock", map[string]any{"mode": "frozen", "now": "2026-01-01T00:00:00Z"})
	_, started := edges.Call(t, "POST", "/v1/flows/linkedin-people-enrich/run/async", map[string]any{"inputs": []any{map[string]any{}}})
	edges.Call(t, "POST", "/_emulator/clock/advance", map[string]any{"by": "PT1M"})
	if _, reply := edges.Call(t, "GET", "/v1/flows/runs/"+started["uid"].(string), nil); reply["status"] != "SUCCEEDED" {
		t.Fatal(reply)
	}
}

// Package edgestest is for tests against edges-emulator: one server for a test binary, a workspace of
// its own for each test.
//
//	func TestMain(m *testing.M) { os.Exit(edgestest.Main(m)) }
//
//	func TestCancel(t *testing.T) {
//		edges := edgestest.New()
//		client := yourclient.New(edges.BaseURL, edges.Key)
//
// With EDGES_EMULATOR_URL set, the server that runs there is used. Otherwise the program is started:
// EDGES_PROGRAM, or edges-emulator in the PATH. Standard library only.
package edgestest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

var url string

// Main runs the tests of a package while a server runs, and gives their exit status. Options such as
// "--coverage", "coverage.json" go to a server that it starts.
func Main(m *testing.M, options ...string) int {
	if running := os.Getenv("EDGES_EMULATOR_URL"); running != "" {
		url = strings.TrimSuffix(strings.TrimRight(running, "/"), "/v1")
		if err := check(); err != nil {
			fmt.Fprintf(os.Stderr, "no emulator answers at EDGES_EMULATOR_URL=%s: %v; start one there, or unset it\n", running, err)
			return 1
		}
		if len(options) > 0 {
			fmt.Fprintln(os.Stderr, "the options are not used, because EDGES_EMULATOR_URL is set: start that server with them")
		}
	} else {
		server, err := start(options)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() {
			_ = server.Process.Signal(syscall.SIGTERM)
			_ = server.Wait()
		}()
	}
	return m.Run()
}

func check() error {
	reply, err := http.Get(url + "/_emulator/health")
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", reply.Status)
	}
	return nil
}

func start(options []string) (*exec.Cmd, error) {
	program := os.Getenv("EDGES_PROGRAM")
	if program == "" {
		program = "edges-emulator"
	}
	server := exec.Command(program, append([]string{"--port", "0", "--log-level", "error", "--stop-with-stdin"}, options...)...)
	if _, err := server.StdinPipe(); err != nil { // closed when this process ends, even by a panic or a time-out
		return nil, err
	}
	server.Stderr = os.Stderr
	for _, each := range os.Environ() {
		// The keys and settings of the developer (EDGES_...) are not for this server.
		if !strings.HasPrefix(each, "EDGES_") {
			server.Env = append(server.Env, each)
		}
	}
	stdout, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL", program, err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(lines.Text()); found != nil {
			url = found[1]
		}
		if lines.Text() == "Ready." {
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // so that the pipe never fills
			return server, nil
		}
	}
	return nil, fmt.Errorf("%s ended before it was ready: %v", program, server.Wait())
}

// Workspace has a key of its own: nothing is shared with other tests.
type Workspace struct {
	URL     string // of a generated client, whose paths begin with /v1
	BaseURL string
	Key     string
}

// New makes a workspace.
func New() *Workspace {
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	return &Workspace{URL: url, BaseURL: url + "/v1", Key: hex.EncodeToString(key)}
}

// Call is a call of the control API or of the API; body is nil or becomes JSON. It gives the JSON object of
// the reply. It ends the test, with what went wrong and the hint, when the reply is not 2xx.
func (w *Workspace) Call(t testing.TB, method, path string, body any) map[string]any {
	t.Helper()
	var reply map[string]any
	w.CallInto(t, method, path, body, &reply)
	return reply
}

// CallInto is Call for a reply of any type, such as a list.
func (w *Workspace) CallInto(t testing.TB, method, path string, body, into any) {
	t.Helper()
	if err := w.call(t.Name(), method, path, body, into); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

func (w *Workspace) call(label, method, path string, body, into any) error {
	var sent io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, w.URL+path, sent)
	if err != nil {
		return err
	}
	request.Header.Set("X-API-Key", w.Key)
	request.Header.Set("Emulator-Label", label) // the page shows the workspace by the name of the test
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode < 200 || reply.StatusCode > 299 {
		var refusal struct{ Message string }
		_ = json.NewDecoder(reply.Body).Decode(&refusal)
		return fmt.Errorf("%d %s (%s)", reply.StatusCode, refusal.Message, reply.Header.Get("Emulator-Hint"))
	}
	return json.NewDecoder(reply.Body).Decode(into)
}

// Object is an object of JSON.
type Object = map[string]any

// Reset goes back to the start: Object{"fixture": "empty", "clock": "2026-01-01T00:00:00Z"}, or nil.
func (w *Workspace) Reset(t testing.TB, start Object) {
	t.Helper()
	if start == nil {
		start = Object{}
	}
	w.Call(t, "POST", "/_emulator/reset", start)
}

// Freeze freezes the clock at an instant such as 2026-01-01T00:00:00Z, or with "" where it is.
func (w *Workspace) Freeze(t testing.TB, now string) {
	t.Helper()
	clock := Object{"mode": "frozen"}
	if now != "" {
		clock["now"] = now
	}
	w.Call(t, "PUT", "/_emulator/clock", clock)
}

// Advance advances the frozen clock by a duration such as 1h, and tells what happened.
func (w *Workspace) Advance(t testing.TB, by string) []any {
	t.Helper()
	fired, _ := w.Call(t, "POST", "/_emulator/clock/advance", Object{"by": by})["fired"].([]any)
	return fired
}

// Fault adds a rule: Object{"operation": "cancelFlowRun", "times": 1, "effect": Object{"status": 503}}.
func (w *Workspace) Fault(t testing.TB, rule Object) {
	t.Helper()
	w.Call(t, "POST", "/_emulator/faults", rule)
}

// Wait waits, at most 5 s: "run=UID&status=STOPPED", "run=UID&callback=SUCCESS", "idle=true".
func (w *Workspace) Wait(t testing.TB, condition string) {
	t.Helper()
	var reply any
	w.CallInto(t, "GET", "/_emulator/wait?timeout=5s&"+condition, nil, &reply)
}

// Journal gives the requests that came, oldest first: "operation=cancelFlowRun".
func (w *Workspace) Journal(t testing.TB, filter string) []Object {
	t.Helper()
	var entries []Object
	w.CallInto(t, "GET", "/_emulator/journal?"+filter, nil, &entries)
	return entries
}

// Callbacks gives the callbacks of runs, oldest first, with their attempts: "run=UID".
func (w *Workspace) Callbacks(t testing.TB, filter string) []Object {
	t.Helper()
	var callbacks []Object
	w.CallInto(t, "GET", "/_emulator/callbacks?"+filter, nil, &callbacks)
	return callbacks
}

// PutFlow makes or replaces a flow: Object{"plan": []Object{{"after_ms": 500, "event": "FINISH"}}}.
func (w *Workspace) PutFlow(t testing.TB, slug string, flow Object) {
	t.Helper()
	w.Call(t, "PUT", "/_emulator/flows/"+slug, flow)
}

// CreateRun makes a run with this status, and gives its uid.
func (w *Workspace) CreateRun(t testing.TB, status string) string {
	t.Helper()
	return w.Call(t, "POST", "/_emulator/runs", Object{"status": status})["uid"].(string)
}

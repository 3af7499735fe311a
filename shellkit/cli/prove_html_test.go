package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The page tells what goes wrong in it, and after loading is used as a reader would
// use it: by keys, by the slider and by a click on a row.
const (
	listen = `<script>
const problems = [];
addEventListener('error', (e) => problems.push(e.message));
for (const kind of ['error', 'warn']) console[kind] = (...words) => problems.push(words.join(' '));
</script>`
	use = `<script>
const seen = {};
const look = (name) => { seen[name] = {
  Count: $('count').textContent, Inside: $('inside').textContent, Two: $('inside').classList.contains('two'),
  Line: document.querySelector('#script .now') ? document.querySelector('#script .now').textContent : '',
  Boxes: [...document.querySelectorAll('.kernel .box')].map((b) => b.textContent), Links: document.querySelectorAll('.kernel path').length,
}; };
const press = (key) => dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
look('load');
press('ArrowRight'); look('right');
$('slider').value = 5; $('slider').dispatchEvent(new Event('input')); look('slider');
press('ArrowLeft'); look('left');
document.querySelectorAll('#rows tr')[5].click(); look('row');
press('End'); look('end');
const said = document.createElement('pre');
said.id = 'said';
said.textContent = JSON.stringify({ Seen: seen, Problems: problems, Asked: performance.getEntriesByType('resource').length,
  Wide: document.documentElement.scrollWidth > innerWidth });
document.body.append(said);
</script>`
)

// look is what the page shows at one time.
type look struct {
	Count, Inside, Line string
	Two                 bool
	Boxes               []string
	Links               int
}

// TestProvePage loads the page of a counterexample in a browser, and steps through it.
func TestProvePage(t *testing.T) {
	browser := findBrowser(t)
	dir := t.TempDir()
	script := filepath.Join(dir, "unlink.sh")
	text := "#!/bin/bash\nLOCK=/var/run/file.lock\nexec 9<>\"$LOCK\"\nflock -n 9 || exit 1\n./work\nexec 9>&-\nrm \"$LOCK\"\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	page, err := os.Create(filepath.Join(dir, "answer.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if code := Main([]string{"prove", "--format", "html", script}, Streams{In: os.Stdin, Out: page, Err: os.Stderr}, nil); code != proveViolated {
		t.Fatalf("exit code %d", code)
	}
	answer, err := os.ReadFile(page.Name())
	if err != nil {
		t.Fatal(err)
	}
	html := strings.Replace(string(answer), "<body>", "<body>"+listen, 1)
	html = strings.Replace(html, "</body>", use+"</body>", 1)
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--window-size=500,900", "--dump-dom", "file://"+file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	said := regexp.MustCompile(`<pre id="said">(.*?)</pre>`).FindSubmatch(dom)
	if said == nil {
		t.Fatalf("%s tells nothing: %v\n%s", browser, err, &stderr)
	}
	var told struct {
		Seen     map[string]look
		Problems []string
		Asked    int
		Wide     bool
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(string(said[1]))
	if err := json.Unmarshal([]byte(plain), &told); err != nil {
		t.Fatalf("%v: %s", err, plain)
	}
	if len(told.Problems) > 0 || told.Asked != 0 || told.Wide {
		t.Errorf("problems %q, %d files asked for, wider than a narrow window: %v", told.Problems, told.Asked, told.Wide)
	}
	for name, count := range map[string]string{"load": "0 / 8", "right": "1 / 8", "slider": "5 / 8", "left": "4 / 8", "row": "6 / 8", "end": "8 / 8"} {
		if got := told.Seen[name].Count; got != count {
			t.Errorf("%s: step %q, want %q", name, got, count)
		}
	}
	end := told.Seen["end"]
	if !end.Two || end.Inside != "inside of /var/run/file.lock: B and C" {
		t.Errorf("at the end: %q (two: %v)", end.Inside, end.Two)
	}
	if got := strings.Join(end.Boxes, "|"); got != "B 9|C 9|#2exclusive lock|#3exclusive lock|inode 1(deleted), exclusive lock|inode 2/var/run/file.lock, exclusive lock" || end.Links != 4 {
		t.Errorf("the tables are %s with %d links", got, end.Links)
	}
	if !strings.HasSuffix(end.Line, "4flock -n 9 || exit 1") || !strings.HasSuffix(told.Seen["row"].Line, `7rm "$LOCK"`) {
		t.Errorf("the lines are %q and %q", end.Line, told.Seen["row"].Line)
	}
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium: the page is not looked at")
	return ""
}

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
	put(t, filepath.Join(dir, "unlink.sh"), "#!/bin/bash\nLOCK=/var/run/file.lock\nexec 9<>\"$LOCK\"\nflock -n 9 || exit 1\n./work\nexec 9>&-\nrm \"$LOCK\"\n", 0o600)
	html := strings.Replace(provePage(t, dir, "unlink.sh", proveViolated), "<body>", "<body>"+listen, 1)
	put(t, filepath.Join(dir, "page.html"), strings.Replace(html, "</body>", use+"</body>", 1), 0o600)
	var told struct {
		Seen     map[string]look
		Problems []string
		Asked    int
		Wide     bool
	}
	browse(t, browser, filepath.Join(dir, "page.html"), &told)
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
	if !strings.HasSuffix(end.Line, "4flock -n 9 || exit 1C: locks inode 2") || !strings.Contains(told.Seen["row"].Line, `7rm "$LOCK"`) {
		t.Errorf("the lines are %q and %q", end.Line, told.Seen["row"].Line)
	}
}

// What TestProvePageFits asks of a page in a frame of a desktop's or a phone's size.
const measure = `<!doctype html><body>
<iframe src="branch.html#1" width="1280" height="800"></iframe>
<iframe src="branch.html#1" width="390" height="844"></iframe>
<iframe src="unknown.html" width="390" height="844"></iframe>
<script>
addEventListener('load', () => {
  const said = [...document.querySelectorAll('iframe')].map((frame) => {
    const w = frame.contentWindow, d = w.document, $ = (id) => d.getElementById(id);
    const at = (id) => $(id).getBoundingClientRect();
    const files = [...d.querySelectorAll('#files button')];
    const shown = () => d.querySelector('#files [aria-pressed=true]').textContent + ': ' + d.querySelector('#script div code').textContent;
    const before = shown();
    files[0].click();
    const marks = [...d.querySelectorAll('#script .odd')];
    return {
      Beside: at('state').left >= at('steps').right && Math.abs(at('state').top - at('steps').top) < 2,
      Fold: at('state').bottom <= w.innerHeight && at('state').top < at('steps').top,
      Wide: d.documentElement.scrollWidth > w.innerWidth || $('steps').scrollWidth > $('steps').clientWidth,
      Because: $('because').textContent, Files: files.map((f) => f.textContent), Before: before, After: shown(),
      Colour: w.getComputedStyle(d.querySelector('h1 b')).color, Odd: marks.map((m) => m.querySelector('u').textContent + ' ' + m.querySelector('small').textContent),
      Grey: w.getComputedStyle($('bounds')).color,
    };
  });
  const pre = document.createElement('pre');
  pre.id = 'said';
  pre.textContent = JSON.stringify(said);
  document.body.append(pre);
});
</script>`

// TestProvePageFits: what the kernel has stands beside the steps on a desktop and above
// the fold on a phone; each script can be seen; the condition that leads to a step is told;
// unknown is grey, and its places are marked.
func TestProvePageFits(t *testing.T) {
	browser := findBrowser(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "branch.sh"), "#!/bin/bash\n. ./take.sh\nLOCK=/run/sync.lock\nif curl -fs http://hub/ready; then take; fi\n./work\nrm -f \"$LOCK\"\n", 0o600)
	put(t, filepath.Join(dir, "take.sh"), "# takes the lock\ntake() {\n  [ -e \"$LOCK\" ] && exit 75\n  touch \"$LOCK\"\n}\n", 0o600)
	put(t, filepath.Join(dir, "unknown.sh"), "#!/bin/bash\nexec 9>/run/lock/job.lock\nflock -n 9 || exit 1\neval \"$JOB\"\n./work\n", 0o600)
	put(t, filepath.Join(dir, "branch.html"), provePage(t, dir, "branch.sh", proveViolated), 0o600)
	put(t, filepath.Join(dir, "unknown.html"), provePage(t, dir, "unknown.sh", proveUnknown), 0o600)
	put(t, filepath.Join(dir, "page.html"), measure, 0o600)
	var told []struct {
		Beside, Fold, Wide  bool
		Because, Before     string
		After, Colour, Grey string
		Files, Odd          []string
	}
	browse(t, browser, filepath.Join(dir, "page.html"), &told)
	if len(told) != 3 {
		t.Fatalf("%d frames tell something: %+v", len(told), told)
	}
	desktop, phone, unknown := told[0], told[1], told[2]
	if !desktop.Beside || !phone.Fold || desktop.Wide || phone.Wide || unknown.Wide {
		t.Errorf("the boxes stand elsewhere, or something is too wide: %+v", told)
	}
	if want := "A comes here by branch.sh line 4, curl -fs http://hub/ready: true"; desktop.Because != want {
		t.Errorf("the step is explained by %q, want %q", desktop.Because, want)
	}
	if desktop.Before != "take.sh: # takes the lock" || desktop.After != "branch.sh: #!/bin/bash" {
		t.Errorf("of %q first %q is shown, then %q", desktop.Files, desktop.Before, desktop.After)
	}
	if unknown.Colour != unknown.Grey || phone.Colour == phone.Grey {
		t.Errorf("unknown is %s, violated %s, and grey is %s", unknown.Colour, phone.Colour, unknown.Grey)
	}
	if got := strings.Join(unknown.Odd, "|"); got != `eval "$JOB" not understood: eval of a text that is not known` {
		t.Errorf("what is not understood is marked as %q", got)
	}
}

// provePage is the page of a script in a folder, with the status that prove has to end with.
func provePage(t *testing.T, dir, script string, status int) string {
	t.Helper()
	page, err := os.Create(filepath.Join(dir, "answer.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	t.Chdir(dir) // names in the page are short, and what the script sources is found
	if code := Main([]string{"prove", "--format", "html", script}, Streams{In: os.Stdin, Out: page, Err: os.Stderr}, nil); code != status {
		t.Fatalf("exit code %d", code)
	}
	text, err := os.ReadFile(page.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// browse loads a page, and reads what its script has written into #said.
func browse(t *testing.T, browser, file string, told any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files",
		"--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "--window-size=500,900", "--dump-dom", "file://"+file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	said := regexp.MustCompile(`<pre id="said">(.*?)</pre>`).FindSubmatch(dom)
	if said == nil {
		t.Fatalf("%s tells nothing: %v\n%s", browser, err, &stderr)
	}
	plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(string(said[1]))
	if err := json.Unmarshal([]byte(plain), told); err != nil {
		t.Fatalf("%v: %s", err, plain)
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

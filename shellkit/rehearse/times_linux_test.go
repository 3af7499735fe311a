//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ofNow is a function that complains of a file whose times are not those of the moment.
const ofNow = `fresh() {
	local now=$(date +%s) kind at
	for kind in ${2:-X Y Z W}; do
		at=$(stat -c %$kind "$1")
		[ $(( now - at )) -ge 0 ] && [ $(( now - at )) -le 1 ] || echo "$1: %$kind is $(( now - at )) s ago"
	done
}
`

// What a run makes or changes has the time of the clock that the run reads, by whatever
// means it was made or changed. An hour has passed before it is.
func TestTimesAreOfTheClock(t *testing.T) {
	needsWorld(t)
	tests := []struct{ name, text string }{
		{"touch", "sleep 3600; touch a; fresh a"},
		{"touch again", "touch a; sleep 3600; touch a; fresh a 'X Y Z'"},
		{"touch one time", "touch a; sleep 3600; touch -m a; fresh a 'Y Z'; [ $(( $(date +%s) - $(stat -c %X a) )) -ge 3600 ] || echo a was read"},
		{"touch what is open", "exec 9>a; sleep 3600; touch /dev/fd/9; fresh a 'X Y Z'"},
		{"made by a redirect", "sleep 3600; : >a; fresh a"},
		{"emptied", "echo 1 >a; sleep 3600; : >a; fresh a 'Y Z'"},
		{"made to add to it", "sleep 3600; echo 1 >>a; fresh a"},
		{"added to", "echo 1 >a; sleep 3600; echo 1 >>a; fresh a 'Y Z'"},
		{"through a descriptor", "exec 9>a; sleep 3600; echo 1 >&9; fresh a 'Y Z'"},
		{"folder", "sleep 3600; mkdir a; fresh a"},
		{"folder in which something is made", "mkdir a; sleep 3600; : >a/b; fresh a 'Y Z'"},
		{"folder in which something is removed", "mkdir a; : >a/b; sleep 3600; rm a/b; fresh a 'Y Z'"},
		{"folder out of which something goes", "mkdir a b; : >a/b; sleep 3600; mv a/b b/c; fresh a 'Y Z'; fresh b 'Y Z'; fresh b/c Z"},
		{"folder for a file of the shell's", "sleep 3600; cat <<<$(printf %70000d 1) >/dev/null; fresh /tmp 'Y Z'"},
		{"symbolic link", "sleep 3600; ln -s nowhere a; fresh a"},
		{"link", ": >a; sleep 3600; ln a b; fresh a Z; fresh . 'Y Z'"},
		{"pipe", "sleep 3600; mkfifo a; fresh a"},
		{"copy", ": >a; sleep 3600; cp a b; fresh b"},
		{"mode", ": >a; sleep 3600; chmod 600 a; fresh a Z"},
		{"size", "echo 1 >a; sleep 3600; truncate -s 0 a; fresh a 'Y Z'"},
		{"behind a link", ": >a; ln -s a b; sleep 3600; touch b; fresh a 'X Y Z'"},
		{"temporary", "sleep 3600; a=$(mktemp); fresh $a"},
	}
	var texts []string
	for _, tt := range tests {
		texts = append(texts, tt.text)
	}
	for i, out := range eachInAFolder(t, ofNow, texts) {
		if out != "" {
			t.Errorf("%s: printed %q", tests[i].name, out)
		}
	}
}

// eachInAFolder runs texts one after the other in one world, each in a folder of its own
// behind the same head, and returns what each has printed.
func eachInAFolder(t *testing.T, head string, texts []string) []string {
	t.Helper()
	const end = "-- end\n"
	whole := head
	for i, text := range texts {
		whole += fmt.Sprintf("(mkdir -p /srv/%d; cd /srv/%d\n%s\n)\necho '%s'\n", i, i, text, strings.TrimSpace(end))
	}
	printed := strings.SplitAfter(hostile(t, whole, walls{}, ""), end)
	if len(printed) != len(texts)+1 {
		t.Fatalf("printed %q", printed)
	}
	for i := range texts {
		printed[i] = strings.TrimSuffix(printed[i], end)
	}
	return printed[:len(texts)]
}

// A file has the age that the clock says, for every tool that asks for one, and nothing
// that lies there from the beginning is younger than what is made.
func TestAges(t *testing.T) {
	needsWorld(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "real"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, want string }{
		{"mkdir l; find l -maxdepth 0 -mmin +60; sleep 7200; find l -maxdepth 0 -mmin +60", "l\n"},
		{"mkdir l; find l -maxdepth 0 -cmin +60; sleep 7200; find l -maxdepth 0 -cmin +60", "l\n"},
		{": >l; sleep 7200; : >m; find l m -mmin -60; find l m -newer l", "m\nm\n"},
		{": >l; sleep 7200; now=$(date +%s); echo $(( now - $(stat -c %Y l) )) $(( now - $(date -r l +%s) ))", "7200 7200\n"},
		{"touch -d '2 hours ago' l; find l -mmin +60; touch -d '2030-01-01 UTC' m; stat -c %Y m", "l\n1893456000\n"},
		{"touch a; touch b; [ b -nt a ] && [ a -ot b ] && [ ! a -nt b ] && echo newer", "newer\n"},
		{"touch a; mkdir b; : >c; [ b -nt a ] && [ c -nt b ] && echo newer", "newer\n"},
		{"touch a; touch -r a b; [ b -nt a ] || [ a -nt b ] || echo same", "same\n"},
		{"touch a; [ a -nt $V/real ] && [ a -nt /usr/bin ] && [ a -nt /hostile ] && echo newer; [ $(date +%s) -ge $(stat -c %Z $V/real) ] && echo past", "newer\npast\n"},
		{"[ $V/real -nt a ] && echo there; touch a; echo 1 >>$V/real; [ $V/real -nt a ] && echo newer", "there\nnewer\n"},
		{": >a; sleep 60; cat a; cp -p a b; [ a -nt b ] || [ b -nt a ] || echo same; echo $(( $(date +%s) - $(stat -c %X a) ))", "same\n60\n"},
	}
	var texts []string
	for _, tt := range tests {
		texts = append(texts, tt.text)
	}
	for i, out := range eachInAFolder(t, "V='"+dir+"'\n", texts) {
		if out != tests[i].want {
			t.Errorf("%s: printed %q, right is %q", tests[i].text, out, tests[i].want)
		}
	}
}

// A lock that is taken over when it is old is not left for ever: time passes before a newcomer
// comes to what the dead have left. One that nobody takes over is.
func TestNewcomerComesLater(t *testing.T) {
	needsWorld(t)
	const take = "mkdir /run/l 2>/dev/null || { %s; mkdir /run/l || exit 0; }\n./work\nrmdir /run/l\n"
	for takeOver, left := range map[string]bool{
		"[ -n \"$(find /run/l -maxdepth 0 -mmin +60)\" ] || exit 0; rmdir /run/l": false,
		"exit 0": true,
	} {
		_, kinds := rehearsed(t, "sh", fmt.Sprintf(take, takeOver), Options{Signals: true})
		if seen := slices.Contains(kinds, "stale"); seen != left {
			t.Errorf("%s: stale was seen: %v, right is %v", takeOver, seen, left)
		}
	}
}

// Every shell that tells which file is newer says the same of files that were made one
// after the other; that of busybox compares whole seconds.
func TestNewerInEachShell(t *testing.T) {
	needsWorld(t)
	for _, shell := range []string{"bash", "dash", "zsh", "ksh93", "mksh", "yash", "busybox ash"} {
		words, err := shellFor(shell, nil)
		if err != nil {
			continue
		}
		text := "cd /srv\nfor i in 1 2 3 4 5; do touch a; " + map[bool]string{true: "sleep 1; "}[shell == "busybox ash"] + ": >b; [ b -nt a ] && [ a -ot b ] && echo newer; done\n"
		begin := start{Path: words[0], Argv: append(words[1:], "/hostile"), Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}}
		if out := (assault{begin: begin, file: worldFile{"/hostile", 0o755, []byte(text)}}).run(t); out != strings.Repeat("newer\n", 5) {
			t.Errorf("%s: printed %q", shell, out)
		}
	}
}

// A seed repeats all times to the last digit.
func TestSameTimes(t *testing.T) {
	needsWorld(t)
	text := "cd /srv\ntouch a; mkdir b; : >c; echo 1 >>c; ln -s a d; ln a e; mv c b; sleep 5; touch -a a; stat -c '%n %x %y %z %w' . a b b/c d /tmp /usr; date +%s%N\n"
	first := hostile(t, text, walls{}, "")
	for range 2 {
		if again := hostile(t, text, walls{}, ""); again != first {
			t.Fatalf("printed\n%sand then\n%s", first, again)
		}
	}
	if strings.Count(first, "2026-01-05 12:00:0") < 20 {
		t.Errorf("printed\n%s", first)
	}
}

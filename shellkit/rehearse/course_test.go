package rehearse

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestAnswer(t *testing.T) {
	lines := []string{`case $2 in`, ` start|go) x;;`, ` *) y;;`, `esac`, `case $1 in`, ` -q) case $3 in a) ;; esac;;`, ` *) y;;`, `esac`, `mv a b || rc=$?`}
	tests := []struct {
		before, after, text string
		line                int
		yes                 bool
		n                   int
		value               string
		ok                  bool
	}{
		{"if [ ", `"$1" = forward ]`, `"$1"`, 1, true, 1, "forward", true},
		{"if [ ", `"$1" = forward ]`, `"$1"`, 1, false, 1, otherWord, true},
		{"if [ ", `"${2:-}" != "x" ]`, `"${2:-}"`, 1, false, 2, "x", true},
		{"if [ -z ", `"$3" ]`, `"$3"`, 1, true, 3, "", true},
		{"if [ -n ", `"$3" ]`, `"$3"`, 1, true, 3, otherWord, true},
		{" ", `start|go) x;;`, "start|go", 2, true, 2, "start", true},
		{" ", `*) y;;`, "*", 3, true, 2, otherWord, true},
		{" ", `start|go) x;;`, "start|go", 2, false, 0, "", false},
		{" *) ", `y;;`, "y", 3, true, 0, "", false},
		{" ", `*) y;;`, "*", 7, true, 1, otherWord, true},
		{"", `mv a b || rc=$?`, "mv a b", 9, true, 0, "", false},
		{"[ ", `-n "${1:-}" ] || exit`, "-n", 1, true, 1, otherWord, true},
		{"[ ", `-z "$1" ] && exit`, "-z", 1, true, 1, otherWord, true},
		{"[ ", `-z "$1" ] && exit`, "-z", 1, false, 1, "", true},
	}
	for _, tt := range tests {
		n, value, ok := answer(lines, tt.line, tt.before, tt.after, tt.text, tt.yes)
		if n != tt.n || value != tt.value || ok != tt.ok {
			t.Errorf("%s%s, %v: $%d is %q, %v", tt.before, tt.after, tt.yes, n, value, ok)
		}
	}
}

func TestFits(t *testing.T) {
	real, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	linked := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(real, linked); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		text, real string
		want       bool
	}{
		{"/run/a.lock", "/run/a.lock", true},
		{"/run/a.lock", "/run/b.lock", false},
		{"a.lock", "/srv/job/a.lock", true},
		{"a.lock", "/srv/a.lock", false},
		{"$HOME/.a.lock", "/root/.a.lock", true},
		{"$HOME/.a.lock", "/root/.b.lock", false},
		{"/tmp/x.${1}.lock", "/tmp/x.given.lock", true},
		{"/tmp/x.${1}.lock", "/tmp/y.given.lock", false},
		{linked + "/x.$(date).lock", real + "/x.17.lock", true},
		{linked + "/x.$(date).lock", linked + "/x.17.lock", true},
		{linked + "/x.$(date).lock", real + "/y.17.lock", false},
	}
	for _, tt := range tests {
		n := namePlan{text: tt.text}
		if got := n.fits(tt.real, "/srv/job"); got != tt.want {
			t.Errorf("%s as %s: %v", tt.real, tt.text, got)
		}
	}
}

func TestFilledIn(t *testing.T) {
	tests := []struct {
		name  string
		given []string
		needs map[int]string
		text  string
		want  []string
	}{
		{"nothing is asked", []string{"alpha"}, nil, "", []string{"alpha"}},
		{"what is needed goes before what is given", []string{"alpha"}, map[int]string{1: "fast"}, "", []string{"fast"}},
		{"any word will do", []string{"alpha"}, map[int]string{1: otherWord}, "", []string{"alpha"}},
		{"none is given", nil, map[int]string{2: otherWord}, "", []string{"", otherWord}},
		{"the script has one of its own", nil, map[int]string{1: otherWord}, `name=${1:-nightly}`, []string{"nightly"}},
		{"the trace goes by its own", []string{"alpha", "beta"}, nil, `name=${1:-nightly}`, []string{"nightly", "beta"}},
		{"it asks for one, and has one of its own", []string{"alpha"}, map[int]string{1: otherWord}, `name=${1-nightly}`, []string{"nightly"}},
		{"it asks for another than its own", []string{"alpha"}, map[int]string{1: "fast"}, `name=${1:-nightly}`, []string{"fast"}},
		{"that is another argument's", nil, map[int]string{1: otherWord}, `name=${2:-nightly}`, []string{otherWord}},
	}
	for _, tt := range tests {
		if got := filledIn(tt.given, tt.needs, tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, right is %q", tt.name, got, tt.want)
		}
	}
}

func TestEachArgument(t *testing.T) {
	for text, want := range map[string]bool{
		`for host in "$@"; do`: true, "for host\ndo": true, "for host; do": true, `hosts=("$@")`: true,
		`main "$@"`: false, `for part in a b; do x "$@"; done`: false, `exec bash "$0" "$@"`: false,
	} {
		if eachArgument().MatchString(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, n := range []namePlan{{text: "/run/a.lock", likely: "/run/b.lock"}, {text: "/run/$1.lock", likely: "/run/a.lock"}} {
		if n.place() != "/run/a.lock" {
			t.Errorf("%s is %s", n.text, n.place())
		}
	}
	if n := (namePlan{text: "$X"}); n.place() != "" {
		t.Error("what is not known has a place")
	}
}

func TestRoleOfEditors(t *testing.T) {
	for _, tt := range []struct {
		argv []string
		want part
	}{
		{[]string{"perl", "-i", "-pe", "1", "f"}, partReal}, {[]string{"perl", "-pi.bak", "-e", "1", "f"}, partReal},
		{[]string{"perl", "-e", "print 1"}, partStandIn}, {[]string{"shred", "-u", "f"}, partReal}, {[]string{"gzip", "f"}, partStandIn},
	} {
		if got := roleOf("/usr/bin/"+tt.argv[0], tt.argv); got != tt.want {
			t.Errorf("%q: %d", tt.argv, got)
		}
	}
}

package rehearse

import "testing"

func TestAnswer(t *testing.T) {
	lines := []string{`case $2 in`, ` start|go) x;;`, ` *) y;;`, `esac`}
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
	}
	for _, tt := range tests {
		n, value, ok := answer(lines, tt.line, tt.before, tt.after, tt.text, tt.yes)
		if n != tt.n || value != tt.value || ok != tt.ok {
			t.Errorf("%s%s, %v: $%d is %q, %v", tt.before, tt.after, tt.yes, n, value, ok)
		}
	}
}

func TestFits(t *testing.T) {
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
	}
	for _, tt := range tests {
		n := namePlan{text: tt.text}
		if got := n.fits(tt.real, "/srv/job"); got != tt.want {
			t.Errorf("%s as %s: %v", tt.real, tt.text, got)
		}
	}
}

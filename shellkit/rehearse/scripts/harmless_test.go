package scripts

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// folders are all that scripts name by a whole path.
var folders = []string{
	"/run/lock/", "/var/lock/", "/run/stage/", "/var/lib/stage/", "/srv/stage/", "/var/cache/stage/", "/tmp/", "/var/tmp/",
	"/dev/null", "/dev/fd/", "/etc/hostname", "/bin/", "/usr/bin/",
}

var (
	wholePath = regexp.MustCompile(`(?m)(?:^|[^+]=|[\s"'>:<(!-])(/[\w./$-]+)`)
	wiped     = regexp.MustCompile(`rm -rf ("?\$\w+"?|/[\w.$-]+/[\w.$-]+/[\w./$*\[\]-]+)('|;|$|\n)`)
	program   = regexp.MustCompile(`\./([\w.-]+)`)
)

// TestHarmless holds that scripts name nothing but files that are made for them, run
// nothing of their own folder but jobs, and remove whole folders only below those.
func TestHarmless(t *testing.T) {
	others := []string{"out.log", "scratch", "ready", "nothing-to-do", "settings"}
	for n := range uint64(2 * checked) {
		seed := n
		if n >= checked {
			seed = Tales + n
		}
		s := Make(seed)
		whole := s.Text
		for _, text := range s.Files {
			whole += text
		}
		for _, m := range wholePath.FindAllStringSubmatch(whole, -1) {
			if !slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(m[1]+"/", f) }) {
				t.Errorf("%s names %s", &s, m[1])
			}
		}
		if n, fine := strings.Count(whole, "rm -rf"), len(wiped.FindAllString(whole, -1)); n != fine {
			t.Errorf("%s removes a folder that is not its own:\n%s", &s, whole)
		}
		for _, m := range program.FindAllStringSubmatch(whole, -1) {
			if !slices.Contains(s.Jobs, m[1]) && !slices.Contains(others, m[1]) {
				t.Errorf("%s runs %s", &s, m[0])
			}
		}
	}
}

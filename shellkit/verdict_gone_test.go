package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A locked file goes in many ways, and its nearest siblings leave it alone.
func TestVerdictsOfFilesThatGo(t *testing.T) {
	const (
		hidden = "exec 9>>/srv/work/.lock\nflock -n 9 || exit\nwork\n"
		own    = "d=$(mktemp -d) || exit\n"
		jobs   = "( flock 9 || exit; work ) 9>>\"$d/lock\" &\n"
		again  = "\n( flock 9 || exit; work ) 9>>\"$d/lock\"\n"
		plain  = "exec 9>>/srv/work/a.lock\nflock -n 9 || exit\nwork\n"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"names with a dot", hidden + "rm -rf /srv/work/.[!.]*\n", prove.Violated},
		{"names with another beginning", hidden + "rm -rf /srv/work/.[!l]*\n", prove.Holds},
		{"all names, with dots among them", "shopt -s dotglob\n" + hidden + "rm -rf /srv/work/*\n", prove.Violated},
		{"all names, with no dots any more", "shopt -s dotglob\nshopt -u dotglob\n" + hidden + "rm -rf /srv/work/*\n", prove.Holds},
		{"another name for it", "cd /srv/work || exit\nexec 9>>a.lock\nflock -n 9 || exit\nwork\ncd / && rm -f srv/work/a.lock\n", prove.Violated},
		{"such a name elsewhere", "cd /srv/work || exit\nexec 9>>a.lock\nflock -n 9 || exit\nwork\ncd /var && rm -f srv/work/a.lock\n", prove.Holds},
		{"what find prints", plain + "find /srv/work -name '*.lock' | xargs -r rm -f\n", prove.Violated},
		{"what find prints is listed", plain + "find /srv/work -name '*.lock' | xargs ls -l\n", prove.Holds},
		{"a folder of this run alone", own + jobs + "rm -rf \"$d\"" + again, prove.Holds},
		{"what is in a folder of this run alone", own + jobs + "rm -rf \"$d\"/*" + again, prove.Violated},
		{"a lock in a folder of this run alone", own + jobs + "rm -f \"$d/lock\"" + again, prove.Violated},
		{"a folder of this run alone that is made again", own + jobs + "rm -rf \"$d\"; mkdir \"$d\"" + again, prove.Violated},
		{"a folder of this run alone that a trap makes again", own + "trap 'mkdir \"$d\"' ERR\n" + jobs + "rm -rf \"$d\"" + again, prove.Violated},
		{"shred -u", plain + "shred -u /srv/work/a.lock\n", prove.Violated},
		{"install", plain + "install -m 644 x /srv/work/a.lock\n", prove.Violated},
		{"cp that removes", plain + "cp --remove-destination x /srv/work/a.lock\n", prove.Violated},
		{"cp", plain + "cp x /srv/work/a.lock\n", prove.Holds},
		{"ln -sf", plain + "ln -sf x /srv/work/a.lock\n", prove.Violated},
		{"perl -i", plain + "perl -pi -e 's/a/b/' /srv/work/x /srv/work/a.lock\n", prove.Violated},
		{"perl", plain + "perl -ne 'print' /srv/work/a.lock\n", prove.Holds},
		{"sed -i, several files", plain + "sed -i s/a/b/ /srv/work/a.lock /srv/work/x\n", prove.Violated},
		{"another language", plain + "python3 -c 'import os; os.unlink(\"/srv/work/a.lock\")'\n", prove.Unknown},
		{"another language that looks", plain + "python3 -c 'import os; os.stat(\"/srv/work/a.lock\")'\n", prove.Holds},
		{"a loop over a pattern", plain + "for f in /srv/work/*.lock; do rm -f \"$f\"; done\n", prove.Violated},
		{"a loop over another pattern", plain + "for f in /srv/work/*.log; do rm -f \"$f\"; done\n", prove.Holds},
		{"a loop over endings", plain + "for e in log lock; do rm -f /srv/work/a.$e; done\n", prove.Violated},
		{"a loop over other endings", plain + "for e in log pid; do rm -f /srv/work/a.$e; done\n", prove.Holds},
		{"a loop over an array", plain + "list=(/srv/work/a.log /srv/work/a.lock)\nfor f in \"${list[@]}\"; do rm -f \"$f\"; done\n", prove.Violated},
		{"a loop over arguments", plain + "clean() { for f in \"$@\"; do rm -f \"$f\"; done; }\nclean /srv/work/a.log /srv/work/a.lock\n", prove.Violated},
		{"a loop over what is given in a name", "L=/srv/work/$1.lock\nexec 9>>\"$L\"\nflock 9 || exit\nwork\nfor f in ./scratch \"$L\"; do rm -f \"$f\"; done\n", prove.Violated},
		{"a loop over names that are given", plain + "for f in $files; do rm -f \"$f\"; done\n", prove.Holds},
		{"a loop that gives a lock of its own up", "L=/srv/work/$1.tmp\nln -s $$ \"$L\" || exit\ntrap 'exit 1' HUP INT TERM\ntrap 'for f in ./scratch \"$L\"; do rm -f \"$f\"; done' EXIT\nwork\n", prove.Holds},
		{"a loop that takes a lock away whose owner is dead", "L=/srv/work/$1.tmp\nif ! ln -s $$ \"$L\"; then\n  kill -0 \"$(readlink \"$L\")\" && exit 1\n  for f in ./scratch \"$L\"; do rm -f \"$f\"; done\n  ln -s $$ \"$L\" || exit 1\nfi\ntrap 'rm -f \"$L\"' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Violated},
		{"a loop over what ls says", plain + "for f in $(ls /srv/work/*.lock); do rm -f \"$f\"; done\n", prove.Violated},
		{"a loop where it lies", plain + "cd /srv/work && for f in *; do rm -f \"$f\"; done\n", prove.Violated},
		{"a loop elsewhere", plain + "cd /srv/other && for f in *; do rm -f \"$f\"; done\n", prove.Holds},
		{"lines of find", plain + "find /srv/work -name '*.lock' | while read -r f; do rm -f \"$f\"; done\n", prove.Violated},
		{"lines of another find", plain + "find /srv/work -name '*.log' | while read -r f; do rm -f \"$f\"; done\n", prove.Holds},
		{"lines of ls", plain + "ls /srv/work | while read f; do rm -f \"/srv/work/$f\"; done\n", prove.Violated},
		{"lines that are only printed", plain + "ls /srv/work | while read f; do echo \"/srv/work/$f\"; done\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loadedAs(t, source.Bash, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}

package shellkit

import (
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What one script does to the lock of another is found by lint where prove finds it, at
// the place in that script; and once.
func TestBeside(t *testing.T) {
	const worker = "#!/bin/bash\nexec 9>/run/lock/app\nflock -n 9 || exit 1\n./work\n"
	const folder = "#!/bin/bash\nmkdir /run/app.d || exit 1\ntrap 'rmdir /run/app.d' EXIT\n./work\n"
	for _, c := range []struct{ name, first, second, want string }{
		{"it is cleared away", worker, "#!/bin/bash\nrm -f /run/lock/app\n./tidy\n", "second:2 LK600"},
		{"the folder around it", worker, "#!/bin/bash\nrm -rf /run/lock\n", "second:2 LK600"},
		{"under a name that is put together", worker, "#!/bin/bash\nd=/run/lock\nclear() { rm -f \"$d/app\"; }\nclear\n", "second:3 LK600"},
		{"a folder", folder, "#!/bin/bash\nrmdir /run/app.d\n", "second:2 LK600"},
		{"another file", worker, "#!/bin/bash\nrm -f /run/lock/other\n", ""},
		{"under the lock's own rules", worker, worker, ""},
		{"it breaks its own lock alone", worker, "#!/bin/bash\nexec 9>/run/lock/app\nflock -n 9 || exit 1\n./work\nrm /run/lock/app\n", "second:5 LK301"},
		{"a rule has said so", "#!/bin/bash\nexec 8>/run/a 9>/run/b\nflock 8 || exit\nflock 9 || exit\n./work\n", "#!/bin/bash\nexec 8>/run/b 9>/run/a\nflock 8 || exit\nflock 9 || exit\n./work\n", "first:4 LK501"},
		{"a directive allows it", worker, "#!/bin/bash\n# lockkit disable=LK600\nrm -f /run/lock/app\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var scripts []*Script
			for i, text := range []string{c.first, c.second} {
				f, err := source.New([]string{"first", "second"}[i], []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				s, err := Load(f, source.Other, nil)
				if err != nil {
					t.Fatal(err)
				}
				scripts = append(scripts, s)
			}
			var got []string
			for _, f := range Check(scripts...) {
				if f.Level <= diag.Warning {
					got = append(got, f.Span.File+":"+strconv.Itoa(f.Span.Start.Line)+" "+f.Rule.Code)
				}
			}
			if said := strings.Join(got, ", "); said != c.want {
				t.Errorf("lint says %q, want %q", said, c.want)
			}
			if err := Meet(scripts...); err != nil {
				t.Fatal(err)
			}
			proved := prove.Explore([]*protocol.Protocol{scripts[0].Protocol, scripts[1].Protocol}, prove.Options{})
			if broken := len(proved.Violations) > 0; broken != (c.want != "") && !strings.Contains(c.second, "disable") {
				t.Errorf("prove says %s, lint %q", proved.Verdict, c.want)
			}
		})
	}
}

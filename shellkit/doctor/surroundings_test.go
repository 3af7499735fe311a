package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes a file below root, with its directories.
func put(t *testing.T, root, path, text string) {
	t.Helper()
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const debian = "#\tcomment\nD /tmp 1777 root root 10d\nq /var/tmp 1777 root root 30d\n"

func TestCleaners(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		dir   string
		want  string // part of the only line; empty for none
	}{
		{"nothing installed", nil, "/tmp", ""},
		{"tmp", map[string]string{"/usr/lib/tmpfiles.d/tmp.conf": debian}, "/tmp", "older than 10d (/usr/lib/tmpfiles.d/tmp.conf)"},
		{"below tmp", map[string]string{"/usr/lib/tmpfiles.d/tmp.conf": debian}, "/tmp/a/b", "older than 10d"},
		{"another directory", map[string]string{"/usr/lib/tmpfiles.d/tmp.conf": debian}, "/tmpx", ""},
		{"var", map[string]string{"/usr/lib/tmpfiles.d/tmp.conf": debian}, "/var/tmp", "older than 30d"},
		{"hidden by a file in etc", map[string]string{
			"/usr/lib/tmpfiles.d/tmp.conf": debian, "/etc/tmpfiles.d/tmp.conf": "D /tmp 1777 root root -\n",
		}, "/tmp", ""},
		{"hidden, another age", map[string]string{
			"/usr/lib/tmpfiles.d/tmp.conf": debian, "/run/tmpfiles.d/tmp.conf": "d /tmp 1777 root root ~1h\n",
		}, "/tmp", "older than 1h (/run/tmpfiles.d/tmp.conf)"},
		{"the longest path decides", map[string]string{
			"/usr/lib/tmpfiles.d/a.conf": "e /tmp/a - - - 1m\n", "/usr/lib/tmpfiles.d/tmp.conf": debian,
		}, "/tmp/a/b", "older than 1m"},
		{"spared by an x line", map[string]string{
			"/usr/lib/tmpfiles.d/a.conf": "x /tmp/a\n", "/usr/lib/tmpfiles.d/tmp.conf": debian,
		}, "/tmp/a", ""},
		{"no .conf", map[string]string{"/usr/lib/tmpfiles.d/tmp.conf.bak": debian}, "/tmp", ""},
		{"tmpreaper", map[string]string{"/etc/cron.daily/tmpreaper": ""}, "/tmp/a", "/etc/cron.daily/tmpreaper removes old files"},
		{"tmpreaper elsewhere", map[string]string{"/etc/cron.daily/tmpreaper": ""}, "/srv", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			for path, text := range tt.files {
				put(t, root, path, text)
			}
			got := cleaners(root, tt.dir)
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzParseTmpfiles(f *testing.F) {
	for line := range strings.Lines(debian) {
		f.Add(line)
	}
	f.Add("x /tmp/a*")
	f.Fuzz(func(t *testing.T, line string) {
		if path, _, ok := parseTmpfiles(line); !ok && path != "" {
			t.Errorf("%q: %q", line, path)
		}
	})
}

func TestSurroundings(t *testing.T) {
	for mode, want := range map[os.FileMode]map[string]Level{
		0o700:                 {},
		0o777:                 {"mode": Problem},
		0o777 | os.ModeSticky: {"sticky": Note},
		0o755 | os.ModeSticky: {},
	} {
		dir := t.TempDir()
		mkdir(t, dir+"/d", mode)
		info, err := os.Stat(dir + "/d")
		if err != nil {
			t.Fatal(err)
		}
		var s Section
		s.surroundings(dir+"/d", dir+"/d/lock", info)
		got := map[string]Level{}
		for _, f := range s.Findings {
			if f.About != "protected_regular" && f.About != "cleaner" { // this machine's
				got[f.About] = f.Level
			}
			if f.Level != Fine && f.Hint == "" {
				t.Errorf("no hint: %+v", f)
			}
		}
		if len(got) != len(want) || len(want) == 1 && got["mode"] != want["mode"] || got["sticky"] != want["sticky"] {
			t.Errorf("mode %v: got %v, want %v", mode, got, want)
		}
	}
}

func TestProtectedRegular(t *testing.T) {
	tests := []struct {
		level string
		owner int
		want  []Level
	}{
		{"0\n", 1, []Level{Fine}},
		{"1\n", os.Geteuid(), []Level{Note}},
		{"2\n", os.Geteuid(), []Level{Note}},
		{"2\n", os.Geteuid() + 1, []Level{Note, Note}},
		{"2\n", -1, []Level{Note}}, // no such file yet
	}
	for _, tt := range tests {
		var s Section
		s.protected(tt.level, "/tmp/lock", tt.owner)
		var got []Level
		for _, f := range s.Findings {
			got = append(got, f.Level)
			if f.Level != Fine && f.Hint == "" {
				t.Errorf("no hint: %+v", f)
			}
		}
		if len(got) != len(tt.want) || got[0] != tt.want[0] {
			t.Errorf("%+v: got %+v", tt, s.Findings)
		}
	}
}

package protocol

import "testing"

// holds returns, for each node, what is held before it: "+" surely, "?" maybe.
func holdsAt(t *testing.T, text string, id ID) string {
	t.Helper()
	p, err := Parse("protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" exists\n" + text)
	if err != nil {
		t.Fatal(err)
	}
	if err := Sanity(p); err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, h := range Flow(p).At(id).Holds {
		mark := "?"
		if h.Sure {
			mark = "+"
		}
		if h.Failed {
			mark += "!"
		}
		if h.Path >= 0 {
			out += mark + p.Paths[h.Path].Text
		} else {
			out += mark + "outside"
		}
	}
	return out
}

func TestFlow(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		at   ID
		want string
	}{
		"held after success":          {"n0 open path=p0 fd=9\nn1 flock fd=9 nb -> n2 ? n3\nn2 work\nn3 end", 2, "+/a"},
		"not on the failing edge":     {"n0 open path=p0 fd=9\nn1 flock fd=9 nb -> n2 ? n3\nn2 end\nn3 work\nn4 end", 3, ""},
		"maybe where the ways meet":   {"n0 open path=p0 fd=9\nn1 flock fd=9 nb -> n2 ? n2\nn2 work\nn3 end", 2, "?/a"},
		"result ignored":              {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 work\nn3 end", 2, "+!/a"},
		"closed":                      {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 close fd=9\nn3 end", 3, ""},
		"a copy keeps it":             {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 dup fd=8 from=9\nn3 close fd=9\nn4 end", 4, "+!/a"},
		"unlocked through the copy":   {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 dup fd=8 from=9\nn3 flock un fd=8\nn4 end", 4, ""},
		"reopened":                    {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 open path=p0 fd=9\nn3 end", 3, ""},
		"ends with the frame":         {"n0 sub\nn1 open path=p0 fd=9\nn2 flock fd=9\nn3 endsub body=n0\nn4 end", 4, ""},
		"outlives an inherited frame": {"n0 open path=p0 fd=9\nn1 sub\nn2 flock fd=9\nn3 endsub body=n1\nn4 end", 4, "+!/a"},
		"closed in a frame alone":     {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 sub\nn3 close fd=9\nn4 endsub body=n2\nn5 end", 5, "+!/a"},
		"held by who waits outside":   {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 sub\nn3 sub\nn4 close fd=9\nn5 work\nn6 endsub body=n3\nn7 endsub body=n2\nn8 end", 5, "+!/a"},
		"unlocked in a frame":         {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 sub\nn3 flock un fd=9\nn4 endsub body=n2\nn5 end", 5, ""},
		"a name outlives the frame":   {"n0 sub\nn1 claim path=p1 -> n2 ? n3\nn2 endsub body=n0 -> n4\nn3 endsub body=n0 -> n5\nn4 work\nn5 end", 4, "+/b"},
		"shadowed, then restored":     {"n0 open path=p0 fd=9\nn1 flock fd=9\nn2 open save path=p1 fd=9\nn3 restore fd=9 body=n2\nn4 end", 4, "+!/a"},
		"restored: the inner is gone": {"n0 open save path=p0 fd=9\nn1 flock fd=9\nn2 restore fd=9 body=n0\nn3 end", 3, ""},
		"removed name":                {"n0 claim path=p1 -> n1 ? n2\nn1 remove path=p1\nn2 end", 2, ""},
		"descriptor from outside":     {"n0 flock fd=9\nn1 end", 1, "+!outside"},
		"nobody locks what is closed": {"n0 open path=p0 fd=9 -> n1 ? n2\nn1 flock fd=9 nb -> n3 ? n4\nn2 flock fd=9 nb -> n3 ? n4\nn3 work\nn4 end", 3, "+/a"},
		"failed upgrade loses it":     {"n0 open path=p0 fd=9\nn1 flock sh fd=9\nn2 flock nb fd=9 -> n3 ? n4\nn3 end\nn4 end", 4, ""},
	} {
		if got := holdsAt(t, c.text, c.at); got != c.want {
			t.Errorf("%s: before n%d held %q, want %q", name, c.at, got, c.want)
		}
	}
}

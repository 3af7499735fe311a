package cli

import (
	"slices"
	"testing"
)

func TestKeysAreToldApart(t *testing.T) {
	for text, want := range map[string][]string{
		"q":                 {"q"},
		"jk":                {"j", "k"},
		"é漢":                {"é", "漢"},
		"\x1b":              {"\x1b"},
		"\x1b[A\x1bOBs":     {"\x1b[A", "\x1bOB", "s"},
		"\x1b[6~\x1b[1;5Cx": {"\x1b[6~", "\x1b[1;5C", "x"},
		"\x1b[6":            {"\x1b[6"},
		"\xff\xfea":         {"\xff", "\xfe", "a"},
	} {
		var got []string
		for rest := []byte(text); len(rest) > 0; {
			size := keySize(rest)
			got = append(got, string(rest[:size]))
			rest = rest[size:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

package shellkit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// FuzzParseConfig: a configuration is refused with its line, or what it says can
// be written down and read back.
func FuzzParseConfig(f *testing.F) {
	f.Add("# what we leave out\nseverity=warning\n exclude = LK104,LK208 \n")
	f.Add("severity\n")
	f.Add("=\n")
	f.Add("include=LK902\r\nshell=dash")
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := ParseConfig("rc", []byte(text))
		if err != nil {
			var fault *ConfigError
			if !errors.As(err, &fault) || err.Error() == "" {
				t.Fatalf("the error is %#v", err)
			}
			if lines := bytes.Count([]byte(text), []byte("\n")) + 1; fault.Line < 0 || fault.Line > lines {
				t.Errorf("line %d of %d", fault.Line, lines)
			}
			return
		}
		var again bytes.Buffer
		for _, s := range settings {
			fmt.Fprintf(&again, "%s=%s\n", s.Key, s.Value)
		}
		back, err := ParseConfig("rc", again.Bytes())
		if err != nil || !slices.Equal(back, settings) {
			t.Errorf("%q came back as %q, %v", settings, back, err)
		}
	})
}

package rehearse

import (
	"os"
	"testing"
)

// The test binary is its own helper.
func TestMain(m *testing.M) {
	if code, ours := Serve(os.Args); ours {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

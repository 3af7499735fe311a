package truth

import (
	"os"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rehearse"
)

func TestMain(m *testing.M) {
	if code, ours := rehearse.Serve(os.Args); ours {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

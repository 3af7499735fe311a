//go:build !linux

package replay

import (
	"context"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Run answers that a schedule cannot be forced here.
func Run(context.Context, Schedule) error {
	return unable("only Linux shows what a replay has to see")
}

// Confirm answers that nothing was run.
func Confirm(context.Context, []*protocol.Protocol, *prove.Violation) (Outcome, error) {
	return Outcome{NotRun, "only Linux shows what a replay has to see"}, nil
}

package extract

import (
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Traits is what the protocol of a script says of the shell that runs it: the columns of
// its row that those who read protocols need.
func Traits(d source.Dialect) protocol.Shell {
	row := shell.Of(d)
	var traits protocol.Shell
	for _, column := range []struct {
		trait protocol.Shell
		holds bool
	}{
		{protocol.ManyDigits, row.MultiDigitFD},
		{protocol.BraceFDs, row.BraceFD},
		{protocol.OneProcess, row.Subshells == shell.SubshellsInside},
		{protocol.ParentOpens, row.ParentOpens},
		{protocol.HandsDown, row.HandsDown},
		{protocol.CopyIsNothing, row.CopyIsNothing},
		{protocol.CopyHandsOn, row.CopyHandsOn},
		{protocol.ForgetsCloexec, row.ForgetsCloexec},
		{protocol.ExitTrapAtOnce, row.ExitTrapAtOnce},
		{protocol.WaitsOn, row.WaitsOn},
		{protocol.Unwinds, row.Unwinds},
		{protocol.RunsTests, row.Tests},
	} {
		if column.holds {
			traits |= column.trait
		}
	}
	return traits
}

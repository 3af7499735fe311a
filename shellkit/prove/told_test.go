package prove

import (
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// told reads the text of a protocol, which names its shell; what that does is what
// extract would say of it.
func told(text string) (*protocol.Protocol, error) {
	p, err := protocol.Parse(text)
	if err == nil && p.Shell == 0 {
		p.Shell = extract.Traits(p.Dialect)
	}
	return p, err
}

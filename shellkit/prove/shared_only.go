package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// sharedOnly says of every lock that nobody ever takes but to share it that it keeps
// nobody out.
func (m *model) sharedOnly() []string {
	var out []string
	for i := range m.locks {
		takes, alone := false, false
		for _, s := range m.scripts {
			for id := range s.nodes {
				if s.takes(protocol.ID(id)) == i {
					takes = true
					alone = alone || s.nodes[id].mode() != shared
				}
			}
		}
		if takes && !alone {
			out = append(out, "nobody takes "+m.locks[i].text+" but to share it: it excludes nobody")
		}
	}
	return out
}

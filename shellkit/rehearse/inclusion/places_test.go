package inclusion

import (
	"fmt"
	"strings"
	"testing"
)

// A step stands where the protocol has it; where several lines may have made it, none is
// named.
func TestPlaces(t *testing.T) {
	const both = "[ \"$1\" = a ] && exec 9>/run/x.lock\n[ \"$1\" = b ] && exec 9>/run/x.lock\nflock -n 9 || exit\n./work\n"
	tests := []struct{ name, script, log, lines string }{
		{"a descriptor", descriptor, "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n3 unlock /run/x.lock\n0 end", "1 2 3 4 0"},
		{"a folder", folder, "1 mkdir /run/x.d\n2 work under\n3 rmdir /run/x.d\n0 end", "1 4 2 0"},
		{"after the first step outside nothing is known", descriptor, "0 create /run/x.lock\n2 work under\n3 unlock /run/x.lock\n0 end", "1 0 0 0"},
		{"one of two", both, "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 end", "0 3 4 0"},
		{"no lock", plain, "1 work under\n0 end", "0 0"},
		{"a child", child, "0 create /run/x.lock\n1 lock /run/x.lock\n3 work under /run/x.lock\n4 unlink /run/x.lock\n0 end", "1 2 4 6 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var lines []string
			log := readLog(t, tt.log)
			for i := range log {
				if log[i].Op == "work" {
					log[i].Words = "./work -v"
				}
			}
			for _, at := range Places(protocolOf(t, tt.script), log) {
				lines = append(lines, fmt.Sprint(at.Start.Line))
			}
			if got := strings.Join(lines, " "); got != tt.lines {
				t.Errorf("%s, right is %s", got, tt.lines)
			}
		})
	}
}

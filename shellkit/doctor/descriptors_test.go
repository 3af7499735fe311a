package doctor

import "testing"

func TestDescriptors(t *testing.T) {
	var here, missing Section
	here.descriptors(t.TempDir())
	missing.descriptors(t.TempDir() + "/fd")
	if len(here.Findings) != 0 {
		t.Errorf("a folder that is there: %+v", here.Findings)
	}
	if f := missing.Findings; len(f) != 1 || f[0].Level != Problem || f[0].Hint == "" {
		t.Errorf("none is there: %+v", f)
	}
}

# The formula for Homebrew. `make dist` puts version and checksum in.
class Lockkit < Formula
  desc "Locks for shell scripts: written, checked and proved"
  homepage "https://github.com/lockkit/lockkit"
  url "https://github.com/lockkit/lockkit/releases/download/v@VERSION@/lockkit-@VERSION@-source.tar.gz"
  version "@VERSION@"
  sha256 "@SHA256@"
  license "MIT"
  head "https://github.com/lockkit/lockkit.git", branch: "main"

  depends_on "go" => :build

  def install
    system "make", "install", "PREFIX=#{prefix}"
  end

  test do
    (testpath/"job").write <<~SH
      #!/bin/sh
      exec 9>/tmp/job.lock
      flock -n 9
      work
    SH
    assert_match "LK201", shell_output("#{bin}/lockkit lint job", 1)
    assert_equal "locked\n", shell_output("#{bin}/lockkit run ./job.lock -- echo locked")
  end
end

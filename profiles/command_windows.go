package profiles

import (
	"context"
	"os/exec"
	"syscall"
)

// shell leaves the quoting to cmd, which has rules of its own.
func shell(ctx context.Context, command string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /D /S /C "` + command + `"`}
	return cmd
}

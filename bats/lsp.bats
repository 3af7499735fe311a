# `lockkit lsp` as an editor speaks with it: Neovim, without a screen, where it is there.

bats_require_minimum_version 1.5.0

setup() {
  command -v nvim >/dev/null || skip 'no nvim here'
  cd "$BATS_TEST_TMPDIR" || return
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  export LOCKKIT
  cat >job.sh <<'END'
#!/bin/bash
lock=/run/job.lock
if [ -e "$lock" ]; then exit 1; fi
touch "$lock"
work
rm "$lock"
END
  cat >client.lua <<'END'
-- Opens job.sh, types into it, and tells what the server says to each text.
local function said()
  local list = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    list[#list + 1] = ('%d:%d %s'):format(d.lnum + 1, d.col + 1, d.code or d.message)
  end
  table.sort(list)
  return table.concat(list, ', ')
end
local function tell(what, wanted)
  vim.wait(60000, function() return said() == wanted end, 20)
  io.stdout:write(what .. ': ' .. said() .. '\n')
end
vim.cmd('edit job.sh')
local id = vim.lsp.start_client({ cmd = { os.getenv('LOCKKIT'), 'lsp' }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, id)
tell('opened', '3:6 LK601 check-then-create, 4:1 LK604 stale-on-crash')
vim.api.nvim_buf_set_lines(0, 1, 1, false, { 'echo' })
tell('a line more', '4:6 LK601 check-then-create, 5:1 LK604 stale-on-crash')
vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'echo "𝄞é"; [ -e "$lock" ] && exit' })
tell('another line', '4:18 LK601 check-then-create, 5:1 LK604 stale-on-crash')
vim.api.nvim_buf_set_text(0, 3, 10, 3, 10, { 'xy' })
tell('in a line', '4:20 LK601 check-then-create, 5:1 LK604 stale-on-crash')
local client = vim.lsp.get_client_by_id(id)
local params = { textDocument = vim.lsp.util.make_text_document_params() }
local lenses = client.request_sync('textDocument/codeLens', params, 60000, 0)
io.stdout:write('lens: ' .. lenses.result[1].command.title .. '\n')
vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'if true' })
tell('broken', '1:1 `if` with its condition must be followed by `then`')
vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'echo nothing' })
tell('emptied', '')
vim.lsp.stop_client(id)
vim.wait(60000, function() return client.is_stopped() end, 20)
io.stdout:write('stopped\n')
vim.cmd('qall!')
END
}

@test '6: lsp tells Neovim what is wrong as it is typed' {
  run -0 --separate-stderr timeout 500 nvim --clean --headless -c 'luafile client.lua' </dev/null
  echo "$output"
  diff - <(printf '%s\n' "$output") <<'END'
opened: 3:6 LK601 check-then-create, 4:1 LK604 stale-on-crash
a line more: 4:6 LK601 check-then-create, 5:1 LK604 stale-on-crash
another line: 4:18 LK601 check-then-create, 5:1 LK604 stale-on-crash
in a line: 4:20 LK601 check-then-create, 5:1 LK604 stale-on-crash
lens: prove: try every order of steps
broken: 1:1 `if` with its condition must be followed by `then`
emptied: 
stopped
END
}

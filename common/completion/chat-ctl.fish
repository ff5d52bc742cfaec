# Completion for fish of chat-ctl, which reads the program's own --help.
function __chat_ctl_options
	chat-ctl --help 2>/dev/null | awk '/^  +-/ {
		sub(/^ +/, "")
		does = $0
		sub(/^[^ ].*[^ ]  +/, "", does)
		sub(/  +.*/, "")
		n = split($0, terms, /, +/)
		for (i = 1; i <= n; i++) {
			sub(/[ =].*/, "", terms[i])
			print terms[i] "\t" does
		}
	}'
end
function __chat_ctl_requests
	chat-ctl --help 2>/dev/null | awk '/^  [a-z]/ {
		name = $1
		sub(/^  [^ ].*[^ ]  +/, "")
		print name "\t" $0
	}'
end
# No request yet: only options, and what two of them are.
function __chat_ctl_wants_request
	set -l before
	for word in (commandline -opc)[2..-1]
		if contains -- "$before" -d -R
			set before
		else if string match -q -- '-*' $word
			set before $word
		else
			return 1
		end
	end
	not contains -- "$before" -d -R
end
complete -c chat-ctl -n 'string match -q -- "-*" (commandline -ct)' \
    -a '(__chat_ctl_options)'
complete -c chat-ctl -s R -x -a '(chat-ctl rooms 2>/dev/null | cut -f1)'
complete -c chat-ctl -s d -x -a '(__fish_complete_directories)'
complete -c chat-ctl -f -n __chat_ctl_wants_request -a '(__chat_ctl_requests)'
complete -c chat-ctl -f -n '__fish_seen_subcommand_from whois kick ban mute \
    unmute allow disallow rekey' -a '(chat-ctl names 2>/dev/null)'
complete -c chat-ctl -f -n '__fish_seen_subcommand_from room; and not \
    __fish_seen_subcommand_from open rename put-away' -a 'open rename put-away'
complete -c chat-ctl -f -n '__fish_seen_subcommand_from room; and \
    __fish_seen_subcommand_from rename put-away' \
    -a '(chat-ctl rooms 2>/dev/null | cut -f1)'

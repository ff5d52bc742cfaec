/*
 * What the server of a room that is hosted here says. Pure.
 */
#include "tui/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

bool
host_is_command(const char *line)
{
	return strncmp(line, "chat-tui ", 9) == 0;
}

bool
host_understand(struct host *h, char *lines)
{
	static const char listening[] = "listening on ";
	char *room = strchr(lines, '\n'), *command, *colon, *end;

	if (room == NULL || (command = strchr(room + 1, '\n')) == NULL)
		return false;
	*room = *command++ = '\0';
	colon = strrchr(lines, ':');
	if (strncmp(lines, listening, sizeof(listening) - 1) != 0 ||
	    colon == NULL)
		return false;
	h->port = (uint16_t)strtoul(colon + 1, NULL, 10);
	for (end = command; host_is_command(end); end++)
		if ((end = strchr(end, '\n')) == NULL)
			return false;
	if (end == command)
		return false;
	end[-1] = '\0';
	strlcpy(h->commands, command, sizeof(h->commands));
	command[strcspn(command, "\n")] = '\0';
	/* what others type to join the room hosted here */
	snprintf(h->share, sizeof(h->share), _("others: %s"), command);
	return true;
}

/*
 * The operator's requests. Runs in the server.
 */
#include "server/operator.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "server/hub.h"
#include "server/operator_acts.h"
#include "server/operator_log.h"
#include "server/operator_people.h"
#include "server/operator_stats.h"
#include "server/reply.h"

static void
announce(const struct operator *o, const char *text, struct reply *r)
{
	switch (hub_announce(o->hub, o->now_ms, o->wall_ms, text,
	    strlen(text))) {
	case HUB_TEXT_OK:
		reply_printf(r, "ok\n");
		reply_printf(r, _("announced to the %zu here\n"),
		    hub_figures(o->hub).members);
		break;
	case HUB_TEXT_EMPTY:
		reply_misused(r, _("there is nothing to announce"));
		break;
	case HUB_TEXT_LONG:
		reply_misused(r, _("longer than %d bytes"), TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_UTF8:
		reply_misused(r, _("not UTF-8"));
		break;
	case HUB_TEXT_NO_SPACE:
		reply_refuse(r, _("the log cannot be written"));
		break;
	}
}

/* The rest of the request behind a word; NULL: it begins with another. */
static const char *
behind(const char *request, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(request, word, len) != 0 ||
	    (request[len] != ' ' && request[len] != '\0'))
		return NULL;
	return request + len + (request[len] == ' ');
}

void
operator_ask(const struct operator *o, const char *request, struct reply *r)
{
	static const struct {
		const char	*word;
		void		(*take)(const struct operator *, const char *,
				    struct reply *);
	} takes[] = {
		{ "announce", announce }, { "names", operator_names },
		{ "whois", operator_whois }, { "kick", operator_kick },
		{ "ban", operator_ban }, { "unban", operator_unban },
		{ "mute", operator_mute }, { "unmute", operator_unmute },
		{ "allow", operator_allow }, { "disallow", operator_disallow },
		{ "close", operator_close }, { "open", operator_open },
		{ "release", operator_release }, { "log", operator_log },
		{ "stats", operator_stats }
	};
	const char *arg;
	size_t i;

	for (i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		if ((arg = behind(request, takes[i].word)) != NULL) {
			takes[i].take(o, arg, r);
			return;
		}
	reply_refuse(r, _("no such request"));
}

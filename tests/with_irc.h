/*
 * The least IRC server that irssi and WeeChat take for one: one client, one
 * channel, IRC_CHANNEL, in which somebody else speaks. It blocks nowhere:
 * whoever owns it polls irc_fd() for irc_events() and then serves it.
 */
#ifndef TESTS_WITH_IRC_H
#define TESTS_WITH_IRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IRC_CHANNEL	"#bench"
#define IRC_SPEAKER	"flood"

enum {
	IRC_IN_BYTES = 4096,
	IRC_OUT_BYTES = 64 * 1024,
	IRC_NICK_BYTES = 32
};

struct irc {
	int	 listener;		/* -1: closed */
	int	 fd;			/* the client's; -1: none yet, or gone */
	uint16_t port;
	char	 nick[IRC_NICK_BYTES];
	bool	 has_user;		/* USER came, so NICK makes it whole */
	bool	 registered;		/* was told 001 to 376 */
	bool	 joined;		/* is in the channel */
	size_t	 in_len, out_len;
	char	 in[IRC_IN_BYTES];
	char	 out[IRC_OUT_BYTES];	/* not yet taken by the kernel */
};

/* Listens on a free port of 127.0.0.1; false: errno says why. */
bool	 irc_open(struct irc *);
void	 irc_close(struct irc *);

/* What to poll, and for what; -1 when the client has gone. */
int	 irc_fd(const struct irc *);
short	 irc_events(const struct irc *);
/* Takes the client's call, reads, answers, writes: what can be done at once. */
void	 irc_serve(struct irc *);

/*
 * IRC_SPEAKER says text in the channel: now, or as the client takes it. False:
 * too much is on its way already, nothing was queued.
 */
bool	 irc_say(struct irc *, const char *text);

#endif

/*
 * Of several servers: by which devices who asks is at the others, as these said
 * just now. Nobody keeps that: whoever asks has them asked, and each answers
 * within the log's time, also where he is not. Pure; of the peers' files.
 */
#ifndef SERVER_AFAR_H
#define SERVER_AFAR_H

#include <stddef.h>
#include <stdint.h>

#include "server/limit.h"
#include "server/room/house_news.h"

enum {
	AFAR_KEYS = 16,		/* who asked last */
	AFAR_DEVICES = HOUSE_NEWS_DEVICES,	/* of one, of all others */
	AFAR_WAIT_MS = 1000,	/* for who has not answered */
	AFAR_FRESH_MS = 10 * 1000	/* before they are asked again */
};

struct afar_device {
	uint32_t	 node;
	int64_t		 heard_ms;	/* then, monotonic */
	uint64_t	 shown_ms;	/* by that he knows it, see afar_show */
	struct house_device is;
};
struct afar_key {
	uint8_t		 key[NOISE_KEY];
	int64_t		 asked_ms;	/* 0: it is nobody's */
	uint64_t	 lacks;		/* bit i: node i has not answered */
	unsigned	 n;
	struct afar_device of[AFAR_DEVICES];
};

/* Zeroed: nobody has asked. Fields are its own. */
struct afar {
	struct afar_key	 of[AFAR_KEYS];
	struct limit	 asks;
};

enum afar_verdict {
	AFAR_ASK,		/* the others are to be asked, once */
	AFAR_WAIT,		/* for them; he asks again soon */
	AFAR_ANSWER		/* what they said is what there is */
};
/* He asks who has that key; others, bit i: node i lives. */
enum afar_verdict afar_asks(struct afar *, int64_t now_ms,
	    const uint8_t key[NOISE_KEY], uint64_t others);
/* What one of the others says, if somebody asks for it here. */
void	 afar_take(struct afar *, int64_t now_ms, const struct house_news *);
/* It is about to be shown, with so many that are here: each by a moment of its
 * own, when it began or the next that is free, since two may have begun at one
 * at two servers. */
void	 afar_show(struct afar *, const uint8_t key[NOISE_KEY],
	    const uint64_t *here_ms, size_t here_n);
/* The one that was shown so is over; in *was. False: there was none. */
bool	 afar_end(struct afar *, const uint8_t key[NOISE_KEY],
	    uint64_t shown_ms, struct afar_device *was);
/* What they said; NULL: nothing. */
const struct afar_key *afar_of(const struct afar *,
	    const uint8_t key[NOISE_KEY]);

#endif

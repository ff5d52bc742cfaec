/*
 * Of several servers: by which devices who asks is at the others, as these said
 * just now. Nobody keeps that: whoever asks has them asked, and they answer
 * within the log's time. Pure; of the peers' files.
 */
#ifndef SERVER_AFAR_H
#define SERVER_AFAR_H

#include <stdint.h>

#include "server/limit.h"
#include "server/room/house_news.h"

enum {
	AFAR_KEYS = 16,		/* who asked last */
	AFAR_DEVICES = HOUSE_NEWS_DEVICES,	/* of one, of all others */
	AFAR_WAIT_MS = 150,	/* for their answers */
	AFAR_FRESH_MS = 10 * 1000	/* before they are asked again */
};

struct afar_device {
	uint32_t	 node;
	int64_t		 heard_ms;	/* then, monotonic */
	struct house_device is;
};
struct afar_key {
	uint8_t		 key[NOISE_KEY];
	int64_t		 asked_ms;	/* 0: it is nobody's */
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
/* He asks who has that key. */
enum afar_verdict afar_asks(struct afar *, int64_t now_ms,
	    const uint8_t key[NOISE_KEY]);
/* What one of the others says, if somebody asks for it here. */
void	 afar_take(struct afar *, int64_t now_ms, const struct house_news *);
/* That device is over. False: there was none. */
bool	 afar_end(struct afar *, const uint8_t key[NOISE_KEY],
	    uint64_t since_ms);
/* What they said; NULL: nothing. */
const struct afar_key *afar_of(const struct afar *,
	    const uint8_t key[NOISE_KEY]);

#endif

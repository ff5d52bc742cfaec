/*
 * Somebody at a real server whose session is of several rooms: a guest behind a
 * socket. What does not come within WAIT_MS fails the test.
 */
#ifndef TESTS_WITH_VISITOR_H
#define TESTS_WITH_VISITOR_H

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_guest.h"
#include "tests/with_server.h"

enum { VISITOR_SLOTS = 128 };

/* Somebody at the server, and what he heard, by slot. */
struct visitor {
	struct guest	 guest;
	int		 fd;
	uint32_t	 slot;		/* of this datagram */
	unsigned	 datagram;
	struct {
		bool	 entered;
		uint64_t error, last;	/* entry */
		char	 said[256];	/* the texts, each with a blank */
	} in[VISITOR_SLOTS];
};

/* Takes what comes, until it is so. */
#define visitor_await(v, what) do {					\
	int64_t until_ = clock_now_ms() + WAIT_MS;			\
	while (!(what)) {						\
		if (clock_now_ms() >= until_)				\
			fail_msg("%s", #what);				\
		visitor_take(v);					\
	}								\
} while (0)
void	 visitor_take(struct visitor *);

/* It is at the server, and in no room yet. key: any number, of whose it is. */
void	 visitor_come(struct visitor *, const struct server *,
	    const char *name, uint8_t key);
void	 visitor_come_with(struct visitor *, const struct server *,
	    const char *name, uint8_t key, const uint8_t *psk);
/* Until it is in, or hears why not. */
void	 visitor_enter(struct visitor *, uint32_t slot, const char *room,
	    uint8_t flags);
/* Says it, by the outbox 100 + slot, and hears it, as it is in the log. */
void	 visitor_say(struct visitor *, uint32_t slot, uint32_t id,
	    const char *text);

#endif

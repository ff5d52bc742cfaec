/*
 * Guests in several rooms of a den, and what each hears there.
 */
#ifndef TESTS_WITH_EARS_H
#define TESTS_WITH_EARS_H

#include "tests/with_members.h"

enum { LAB = 1, OPS = 3, CLASS = 5, LATE = 301, SLOTS = 320,
    SAID = 16 };

/* What a guest heard, by slot. */
struct ears {
	uint32_t	 slot;		/* of this datagram */
	unsigned	 datagram;
	unsigned	 entered[SLOTS], left[SLOTS], named;
	char		 name[TEXT_NAME_BYTES + 1];	/* of the last NAME, */
	uint64_t	 tag, code;	/* or what became of it */
	char		 reason[64];	/* of an ERROR of the session, */
	uint64_t	 why, wait_ms;	/* its code */
	uint64_t	 error[SLOTS], posted[SLOTS], wait[SLOTS];
	struct frame_position at[SLOTS];	/* the newest entry there */
	uint64_t	 has[SLOTS];	/* bits: of the first entries */
	unsigned	 prompts;	/* in this datagram; the most in one: */
	unsigned	 most_prompts;
	uint64_t	 head[SLOTS];	/* as ENTERED says */
	char		 said[SLOTS][SAID][16];	/* by number in the log */
	bool		 early;		/* of a seat, before ENTERED */
	unsigned	 first[SLOTS];	/* datagram that is of it */
};

/* One of that key, if it is not NULL, whose session is of several rooms. It
 * says what it hears to ears_hear; e is cleared. */
struct guest *ears_guest(struct den *, const char *name, const char *ip,
	    struct ears *);
struct guest *ears_of(struct den *, const struct guest *same_key,
	    const char *name, struct ears *);
/* One more device of that one's person, or if that is NULL of a new one. */
struct guest *ears_device(struct den *, const struct guest *same_key,
	    const char *name, const char *ip, struct ears *);
struct guest *ears_device_named(struct den *, const struct guest *same_key,
	    const char *name, const char *ip, const char *device,
	    struct ears *);
/* The same, which keeps its things at that place. */
struct guest *ears_device_at(struct den *, const struct guest *same_key,
	    const char *name, uint32_t place, struct ears *);
void	 ears_hear(struct guest *, struct frame *);

/* An ENTER, by the outbox 100 + slot. */
void	 ears_put_enter(struct wire_out *, uint32_t slot, const char *room);
void	 ears_enter(struct den *, struct guest *, uint32_t slot,
	    const char *room);
void	 ears_enter_with(struct den *, struct guest *, uint32_t slot,
	    const char *room, unsigned flags);
/* The id-th post of that outbox. */
void	 ears_say(struct den *, struct guest *, uint32_t slot, uint32_t id,
	    const char *text);
void	 ears_post(struct den *, struct guest *, uint32_t slot, uint64_t id,
	    enum entry_kind, const char *text);
/* With those flags. */
void	 ears_post_as(struct den *, struct guest *, uint32_t slot, uint64_t id,
	    enum entry_kind, uint32_t flags, const char *text);
void	 ears_leave(struct den *, struct guest *, uint32_t slot);
/* A NAME. */
void	 ears_ask_name(struct den *, struct guest *, uint64_t tag,
	    const char *name);
/* Acknowledges what it has of some rooms, in slots 1, 3 and so on. */
void	 ears_sync(struct den *, struct guest *, unsigned rooms,
	    unsigned credit);
bool	 ears_has_all(const struct ears *, uint32_t slot, unsigned upto);
bool	 ears_heard(const struct ears *, uint32_t slot, const char *text);

#endif

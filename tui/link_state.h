/*
 * The link's inside, shared by its files only, each of which leans on those
 * behind it alone: link.c (what the screen asks for, what is due when),
 * link_frames.c (what the server says), link_log.c (what is kept and shown),
 * link_post.c (what the user says), link_shake.c (handshakes), link_people.c
 * (who is there, what we are called), link_send.c (sealing and sending).
 */
#ifndef TUI_LINK_STATE_H
#define TUI_LINK_STATE_H

#include "common/path.h"
#include "common/refusal.h"
#include "common/roster.h"
#include "common/wire.h"
#include "tui/copy.h"
#include "tui/handshake.h"
#include "tui/inbox.h"
#include "tui/link.h"
#include "tui/outbox.h"

enum {
	LINK_DATAGRAM = 1200,		/* bytes of UDP payload */
	LINK_FRAMES = LINK_DATAGRAM - SEAL_OVER	/* of them, for frames */
};

_Static_assert((int)LINK_SAID == 2 * (int)OUTBOX_POSTS, "all that waits");

/* What the next datagrams ask for, until it is there. */
enum link_wants {
	LINK_WANTS_BASE = 1 << 0,
	LINK_WANTS_MEMBERS = 1 << 1,
	LINK_WANTS_NAME = 1 << 2	/* what we are called */
};

/* An own line: the outbox's counter and the screen's name for it. */
struct said {
	uint32_t	 counter;
	uint64_t	 tag;
};

/* A message whose pieces come one by one. */
struct gathered {
	size_t		 n, len;
	struct entry	 piece[ENTRY_MORE_MAX + 1];
	char		 text[LINK_TEXT_BYTES];
};

struct link {
	struct link_config config;
	struct link_out	 out;
	int64_t		 now;			/* of this call */

	/* What we are called, as the log says; and what we were called before
	 * the oldest post that waits, which is what HS3 says: with that post's
	 * number it tells the server what it must know. */
	char		 name[TEXT_NAME_BYTES];
	size_t		 name_len;
	char		 base[TEXT_NAME_BYTES];
	size_t		 base_len;
	uint32_t	 renamed;		/* newest rename of ours in the
						 * log: its post's counter */
	uint64_t	 name_seq;		/* name is as after it, and
						 * what entries say since */
	struct record_state state;
	struct record_state told;
	int64_t		 phase_at, told_at;
	bool		 is_told;

	/* The handshake. */
	struct handshake hs;
	int64_t		 hs_due;		/* INT64_MAX: none */
	int32_t		 hs_wait;
	unsigned	 hs_tries;		/* datagrams without an answer */
	unsigned	 shakes;		/* begun since: */
	int64_t		 shook_at;
	unsigned	 hs_resets;		/* HS3s that were not understood */
	bool		 told_silent, told_unreachable, told_classic;
	uint8_t		 server[NOISE_KEY];
	bool		 trusted;		/* server is the one we know: it
						 * has proved it in this run */
	bool		 trusted_psk;		/* and that it knows the
						 * passphrase */
	bool		 must_psk;		/* never without a passphrase */
	enum record_denial barred;		/* for good; 0: we are not */
	char		 passphrase[256];
	bool		 has_passphrase;
	bool		 has_psk;
	uint8_t		 psk[NOISE_KEY];
	uint8_t		 psk_server[NOISE_KEY];	/* it is for this key, */
	char		 psk_room[HELLO_ROOM_NAME];	/* and this room */
	size_t		 psk_room_len;

	/* The session. */
	bool		 live;			/* seal counts */
	uint64_t	 term;			/* of the server's run */
	bool		 settled;		/* where the copy ends is sure */
	bool		 welcome;		/* the room took us, in it */
	struct seal	 seal;
	int64_t		 born_at;
	bool		 talked;		/* something was said in it */
	int64_t		 rekey_due;		/* new keys; later if not */
	bool		 rekeying;		/* hs is for that alone */
	bool		 rekey;			/* the key is used up */
	struct path	 path;			/* from the server to here */
	int64_t		 sent_at, heard_at;
	int64_t		 asked_at;		/* INT64_MAX: no answer is due */
	int64_t		 retry_due;
	int32_t		 retry_wait;
	int64_t		 port_due, shake_due;
	bool		 ponged;		/* in this datagram */
	int64_t		 renumber_due;		/* not before */
	uint8_t		 ping[FRAME_PING_BYTES];
	int64_t		 ping_at;
	bool		 pinging;
	int64_t		 quiet_due;		/* nothing came for a while */

	/* The log. */
	struct copy	 copy;
	bool		 begins_anew;		/* the stored one began too
						 * late: it goes untold */
	struct inbox	 inbox;
	struct roster	 roster;
	uint64_t	 roster_seq, roster_version;
	uint64_t	 roster_changed;	/* newest entry that changed it */
	bool		 has_roster;
	struct roster	 learning;		/* the next one, in pieces */
	uint64_t	 learning_seq, learning_version;
	uint32_t	 learning_from;
	bool		 telling;		/* it to the screen, behind: */
	char		 told_fold[TEXT_FOLD_BYTES];
	char		 whois[TEXT_NAME_BYTES];
	size_t		 whois_len;		/* 0: nobody is asked about */
	unsigned	 whois_tries;
	int64_t		 whois_due;
	unsigned	 wants;
	int64_t		 want_due;
	unsigned	 want_asked;		/* the last time; */
	unsigned	 want_tries;		/* and so often, in vain */
	unsigned	 gap_tries;
	int64_t		 sync_due, synced_at;
	unsigned	 received;		/* with entries, since the SYNC */
	uint64_t	 shown;			/* the screen has it up to here */
	uint64_t	 goal;			/* the head when we joined */
	bool		 caught_up;		/* and that was told */
	uint64_t	 verified;
	bool		 verifying;		/* the screen asked */
	uint64_t	 verify_seq;		/* where the copy ended then; */
	uint8_t		 verify_chain[FRAME_CHAIN];	/* 0: not asked yet */
	uint64_t	 read_before;		/* 0: nothing asked for */
	uint64_t	 read_after;
	int64_t		 read_due;
	unsigned	 read_tries;

	/* Posting. */
	struct outbox	*outbox;
	bool		 posted_seen;		/* in this session */
	uint64_t	 went_from;		/* the last time back, in it */
	bool		 renumbered;		/* since it began */
	uint32_t	 posted_next;		/* what it said; 0: nothing */
	uint64_t	 posted_seq;
	uint32_t	 stored_next;		/* behind what came in the log */
	uint32_t	 sent_up_to;		/* counter */
	bool		 post_new;		/* some were never sent */
	int64_t		 post_due;		/* then all go again */
	int32_t		 post_wait;
	int64_t		 hold_until;		/* the room said: not so fast */
	int64_t		 mute_end;		/* as it said last; 0: unknown */
	bool		 held;			/* for that alone they wait */
	struct said	 said[LINK_SAID];
	size_t		 said_first, said_count;
	struct gathered	 typed;

	bool		 leaving, left;
	unsigned	 leaves;
	int64_t		 leave_due, leave_end;
};

/* link_send.c */
enum {
	LINK_PORT_MS = 10 * 1000,	/* rule 8: then another source port */
	LINK_SHAKE_MS = 20 * 1000,	/* and a new handshake beside it */
	LINK_PATIENT = 12		/* tries at the RTO; then ever longer */
};

/* Of the outbox, the first that the room is not known to have; and how many
 * from there on. */
size_t	 link_first_waiting(const struct link *);
size_t	 link_waiting(const struct link *);
/* Tells the screen of the link's condition, where it is news. */
void	 link_tell_state(struct link *);
void	 link_set_phase(struct link *, enum record_phase);
void	 link_deny(struct link *, enum record_denial, const char *text,
	    size_t len);
/* The RTO, and longer where nothing comes of asking. */
int32_t	 link_patience(const struct link *, unsigned tries);
/* Seals and sends; what wants an answer is repeated until there is one. False:
 * it surely went nowhere. */
bool	 link_send(struct link *, const void *frames, size_t len,
	    bool wants_answer);
void	 link_put_ping(struct link *, struct wire_out *);
void	 link_sync_by(struct link *, int64_t due);

/* link_log.c */
/* Shows what is next, as far as the screen takes it. */
void	 link_release(struct link *);
/* From here on the room's numbers are new: what is held is forgotten. */
void	 link_rewind(struct link *, uint64_t keep);
/* Where a part of the copy went that is not the room's any more. */
void	 link_tell_aside(struct link *);
/* Forgets the posts that are safe, as far as may be. */
void	 link_acknowledge(struct link *);

/* link_post.c */
/* The room refuses what we said, and what we say behind it. */
void	 link_take_back(struct link *, const struct frame *);
/* Nothing is sent before it is on the disk: one wait for all of them. */
void	 link_keep_posts(struct link *);
/* Fills one POST frame from post i on; returns how many it took. */
size_t	 link_put_posts(struct link *, struct wire_out *, size_t i);
/* again: what was sent is sent again, too. */
void	 link_send_posts(struct link *, bool again);
/* The screen's name for an own line of the log; 0: not known. */
uint64_t link_tag_of(struct link *, const struct entry *);
/* All below next is safe in the room; it is sent no more, and forgotten once
 * the copy has it, too. */
void	 link_note_posted(struct link *, uint32_t next);
/* An entry is in the copy. */
void	 link_note_stored(struct link *, const struct entry *);
/* Own lines that the screen does not know yet, from the i-th that waits on. */
void	 link_tell_pending(struct link *, size_t from);
/*
 * The room goes back to `keep`: what it had taken from us since and is stored
 * here waits again, before what waits already, on the disk, once, however often
 * we are killed meanwhile. All get new numbers: those that were used once are
 * never another line's, for should the room come back to where it was, it would
 * take that for a repeat. How many there are; link_tell_again tells the screen.
 */
size_t	 link_say_again(struct link *, uint64_t keep);
void	 link_tell_again(struct link *, size_t n);

/* link_people.c */
/* We want to be called so. */
void	 link_call(struct link *, const char *name, size_t len);
/* It is what we are called, or were when the oldest post that waits was said. */
bool	 link_is_own_name(const struct link *, const char *name, size_t len);
/* A session begins: where a rename waits, did the room know of it? */
void	 link_ask_name(struct link *);
/* The log is another one from here on, or goes back to `keep`. */
void	 link_people_rewind(struct link *, uint64_t keep);
/* An entry of the log, in order. */
void	 link_take_person_entry(struct link *, const struct entry *);
/* Below which counter the posts may be forgotten, if next is what the server
 * expects: not a rename before we know what became of it. */
uint32_t link_forget_below(struct link *, uint32_t next);
void	 link_take_members(struct link *, struct frame *);
void	 link_take_person(struct link *, const struct frame *);
void	 link_tell_members(struct link *);
void	 link_ask_whois(struct link *);

/* link_shake.c */
void	 link_shake(struct link *);
/* Something is said: the keys last minutes from here on. */
void	 link_note_talk(struct link *);
/* Begins a handshake beside the session, if its keys are due by then. */
bool	 link_rekey(struct link *, int64_t by);
void	 link_shake_input(struct link *, const uint8_t *data, size_t len);
void	 link_shake_tick(struct link *);
/* The server answered with our new keys: they count from now on. False: it is
 * not to be believed. */
bool	 link_adopt(struct link *);

/* link_frames.c */
void	 link_frames_input(struct link *, const uint8_t *frames, size_t len);

#endif

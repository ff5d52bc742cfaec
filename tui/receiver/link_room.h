/*
 * What the link's files do for each other in a room. Each leans on those behind
 * it here alone, and on link_parts.h.
 */
#ifndef TUI_RECEIVER_LINK_ROOM_H
#define TUI_RECEIVER_LINK_ROOM_H

#include "tui/receiver/link_floor.h"
#include "tui/receiver/link_talk.h"

/* link_store.c */
/* One more, of that window; NULL: no memory. */
struct link_room *link_new_room(struct link *, uint16_t window,
	    const struct link_place *);
/* The stored copy and the outbox of this name; false: no memory. */
bool	 link_open_room(struct link_room *);
void	 link_free_room(struct link_room *);

/* link_verify.c */
/* The server's chain where the copy ends; where it ended when we asked. */
void	 link_verify_take(struct link_room *, const struct frame *);
void	 link_verify_take_former(struct link_room *, const struct frame *);

/* link_read.c */
/* An entry that is older than the copy; false: nobody asked for it. */
bool	 link_read_take(struct link_room *, const struct entry *);
void	 link_read_tick(struct link_room *);
int64_t	 link_read_due(const struct link_room *);

/* link_log.c */
/* Shows what is next, as far as the screen takes it. */
void	 link_release(struct link_room *);
/* From here on the room's numbers are new: what is held is forgotten. */
void	 link_rewind(struct link_room *, uint64_t keep);
/* The room's entry where the copy ends is of that term, an earlier one. */
void	 link_rewind_to_term(struct link_room *, uint64_t term);
/* A stored copy that begins later than what was asked for was good for what the
 * room lost of ours; now the log is read from there. */
void	 link_begin_anew(struct link_room *);
/* Where a part of the copy went that is not the room's any more. */
void	 link_tell_aside(struct link_room *);
/* Forgets the posts that are safe, as far as may be. */
void	 link_acknowledge(struct link_room *);

/* link_again.c */
/*
 * The room goes back to `keep`: what it had taken from us since and is stored
 * here waits again, before what waits already, on the disk, once, however often
 * we are killed. All get new numbers: one that was used is no other line's, or
 * the room, come back to where it was, took it for a repeat. Returns how many.
 */
size_t	 link_say_again(struct link_room *, uint64_t keep);
/* A room that was put back to the wrong copy of its files, and then to the
 * right one, has what waits to be said to it again, under the id of before. An
 * entry is in the copy: it may be that. */
void	 link_take_known(struct link_room *, const struct entry *);
/* What waits and is in the settled copy waits no more: before it has a number
 * that is new to the room, or where it had one. A handshake must follow. */
void	 link_forget_stored(struct link_room *);
void	 link_forget_moved(struct link_room *);
/* And where the outbox begins now is said to the room. */
void	 link_again_tick(struct link_room *);

/* link_boxes.c: also what other spellings of the host left to be said */
void	 link_open_boxes(struct link_room *);	/* behind the first */
void	 link_close_boxes(struct link_room *);	/* all */
/* All that waits, to a screen that knows none of it, and what is lost. */
void	 link_tell_boxes(struct link_room *);
/* Where one has no lines any more the next takes its place. */
void	 link_boxes_tick(struct link_room *);

/* link_post.c */
/* The room refuses what we said, and what we say behind it. */
void	 link_take_back(struct link_room *, const struct frame *);
/* Nothing is sent before it is on the disk: one wait for all of them. */
void	 link_keep_posts(struct link_room *);
/* What is before that counter is not said any more. Where the room expects it
 * still, a handshake tells it where we are. */
void	 link_give_up(struct link_room *, struct outbox *, uint32_t next);
/* The first post that the room does not have, as far as is known. */
size_t	 link_first_missing(const struct link_room *);
/* What waits and may be said: with the LEAVE, and when it is due. */
void	 link_put_last_posts(struct link_room *, struct wire_out *);
void	 link_post_tick(struct link_room *);
int64_t	 link_post_due(const struct link_room *);
/* All below next is safe in the room; it is sent no more, and forgotten once
 * the copy has it, too. */
void	 link_note_posted(struct link_room *, uint32_t next);
/* An entry is in the copy. */
void	 link_note_stored(struct link_room *, const struct entry *);

/* link_said.c */
/* What was typed is on the disk, and has other counters than was told. */
void	 link_tell_counter(struct link_room *);
/* The screen's name for an own line of the log; 0: not known. Those below it,
 * or a counter, that are not in the log any more are told. */
uint64_t link_tag_of(struct link_room *, const struct entry *);
void	 link_tell_passed(struct link_room *, uint32_t below);
/* Lines are known again by the counters that they have now. */
void	 link_know_said(struct link_room *);
/* The screen's name for a line of an earlier run, in the box of that number. */
uint64_t link_earlier_tag(unsigned box, uint32_t counter);
/* Own lines that the screen does not know, from that outbox's i-th on. */
void	 link_tell_pending(struct link_room *, const struct link_box *,
	    size_t i);
void	 link_tell_again(struct link_room *, size_t n);

/* link_naming.c */
/* We want to be called so. */
void	 link_want_name(struct link_room *, const char *name, size_t len);
/* It is our name, or was when the oldest post that waits was said. */
bool	 link_is_own_name(const struct link_room *, const char *name,
	    size_t len);
/* The room is asked for it by a post. */
void	 link_post_nick(struct link_room *, const char *name, size_t len);
/* What we are called there, to the screen, once we are in. */
void	 link_tell_name(struct link_room *);
/* The session is called so, and what is said from now on. */
void	 link_call(struct link *, const char *name, size_t len);
enum record_denial link_denial_of(unsigned code);
/* That cannot be kept, and so not asked for. */
void	 link_refuse_nick(struct link_room *, const char *name, size_t len);
/* A session begins: where a rename waits, did the room know of it? */
void	 link_ask_name(struct link_room *);
/* PERSON says what we are called. */
void	 link_take_own_name(struct link_room *, const struct frame *);
/* An entry of the log, in order: before the copy has it, and then. */
void	 link_know_name(struct link_room *, const struct entry *);
void	 link_take_rename(struct link_room *, const struct entry *);
/* Below which counter the posts may be forgotten, if next is what the server
 * expects: not a rename before we know what became of it. */
uint32_t link_forget_below(struct link_room *, uint32_t next);

/* link_members.c */
/* The log is another one from here on, or goes back to `keep`. */
void	 link_members_rewind(struct link_room *, uint64_t keep);
/* An entry of the log, in order. */
void	 link_members_change(struct link_room *, const struct entry *);
void	 link_members_take(struct link_room *, struct frame *);
/* The server's list is of this version: it is asked for if ours is not. */
void	 link_members_check(struct link_room *, uint64_t version);
/* Tells the screen, as far as it takes more. */
void	 link_members_tell(struct link_room *);

/* link_whois.c */
void	 link_whois_take(struct link_room *, const struct frame *);
void	 link_whois_tick(struct link_room *);
int64_t	 link_whois_due(const struct link_room *);

#endif

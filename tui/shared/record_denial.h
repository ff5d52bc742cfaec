/*
 * Why we are not in the room: what RECORD_DENIED says.
 */
#ifndef TUI_SHARED_RECORD_DENIAL_H
#define TUI_SHARED_RECORD_DENIAL_H

enum record_denial {
	RECORD_TAKEN = 1,	/* the room says no to the name */
	RECORD_SILENT,		/* nobody answers (the link keeps trying) */
	RECORD_UNREACHABLE,	/* nobody listens there (keeps trying) */
	RECORD_OWNED,		/* another key owns the name */
	RECORD_MALFORMED,	/* the room does not allow such a name */
	RECORD_FULL,		/* no room for one more; text: why */
	RECORD_WANTS_PASSPHRASE,
	RECORD_WRONG_PASSPHRASE,
	RECORD_HOST_CHANGED,	/* another key than the one that is known */
	RECORD_HOST_UNSURE,	/* known_hosts cannot be read or written */
	RECORD_KICKED,		/* text: the reason */
	RECORD_REPLACED,	/* this person came from elsewhere; or, text:
				 * ended, has ended this one from there */
	RECORD_CLASSIC_ONLY,	/* it answers, but knows no other protocol */
	RECORD_NO_PASSPHRASE,	/* it wants none, though it has wanted one */
	RECORD_CLOSED,		/* only who is allowed may enter; text: the
				 * fingerprint of our key */
	RECORD_MUTE,		/* who is muted keeps his name */
	RECORD_HOST_UNINVITED,	/* another key than the one that was given */
	RECORD_SOON,		/* too many new names: after wait_ms again */
	RECORD_NEVER_PASSPHRASE,	/* the same, and it is not known to
					 * have wanted one */
	RECORD_NO_ROOM,		/* there is none of that name */
	RECORD_QUOTA,		/* one room too many */
	RECORD_NO_TALK,		/* with that key there is none, or he wants
				 * none */
	RECORD_NO_HEIR,		/* no other key comes after ours there */
	RECORD_OTHER_ROOM,	/* the name is another room's by now, and lines
				 * wait that were for the one before */
	RECORD_NO_TALKS,	/* with nobody: the server has none */
	RECORD_DENIAL_MAX = RECORD_NO_TALKS
};

#endif

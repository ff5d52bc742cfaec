/*
 * Giving up what a process will not need, for good: the client's receiver and
 * the server read what strangers send. Where the system has no such thing, the
 * program goes on without, and sandbox_text says so.
 */
#ifndef COMMON_SANDBOX_H
#define COMMON_SANDBOX_H

enum sandbox_role {
	SANDBOX_RECEIVER,	/* opens UDP sockets */
	SANDBOX_SERVER,		/* accepts, and asks for the interfaces */
	SANDBOX_SYNCER		/* opens nothing; syncs what it is given */
};

enum { SANDBOX_TEXT = 256 };

/*
 * Early in main: no core file and no debugger gets at the keys; programs that
 * are started later are as they were.
 */
void	 sandbox_hide(void);
/*
 * From now on this process opens and makes files only beneath the directories
 * of `writes`, or the very files there; reads beneath those of `reads` too;
 * starts no program, reaches no other process, no terminal, no socket but its
 * role's. Both end with NULL; what is not there, or "", is passed over. What
 * is open stays open. Never fails: what the kernel lacks is not had.
 */
void	 sandbox_enter(enum sandbox_role, const char *const writes[],
	    const char *const reads[]);
/* What sandbox_enter has here, for --version, in words. */
char	*sandbox_text(char dst[SANDBOX_TEXT]);

#endif

/*
 * Giving up what a process will not need, for good: the client's receiver
 * reads what strangers send. Where the system has no such thing, nothing
 * happens.
 */
#ifndef COMMON_SANDBOX_H
#define COMMON_SANDBOX_H

/*
 * From now on this process may write only beneath the directories given (those
 * that are there), read only them, /usr and /etc, and neither start programs
 * nor look into other processes. paths: NULL-terminated.
 */
void	 sandbox_enter(const char *const paths[]);

#endif

/*
 * server/room/log.c, its parts and log_lease.c once more, with the names of
 * tests/embedded.h. Functions are renamed where they are called or declared,
 * and nowhere else: log_state is also an enum.
 */
#define log embedded
#define log_open(...) embedded_open(__VA_ARGS__)
#define log_close(...) embedded_close(__VA_ARGS__)
#define log_replay(...) embedded_replay(__VA_ARGS__)
#define log_head(...) embedded_head(__VA_ARGS__)
#define log_first(...) embedded_first(__VA_ARGS__)
#define log_bytes(...) embedded_bytes(__VA_ARGS__)
#define log_term(...) embedded_term(__VA_ARGS__)
#define log_term_end(...) embedded_term_end(__VA_ARGS__)
#define log_chain(...) embedded_chain(__VA_ARGS__)
#define log_state(...) embedded_state(__VA_ARGS__)
#define log_node(...) embedded_node(__VA_ARGS__)
#define log_want(...) embedded_want(__VA_ARGS__)
#define log_add(...) embedded_add(__VA_ARGS__)
#define log_read(...) embedded_read(__VA_ARGS__)
#define log_fds(...) embedded_fds(__VA_ARGS__)
#define log_is_syncing(...) embedded_is_syncing(__VA_ARGS__)
#define log_turn(...) embedded_turn(__VA_ARGS__)
#define log_hold(...) embedded_hold(__VA_ARGS__)
#define log_wanted(...) embedded_wanted(__VA_ARGS__)
#define log_await(...) embedded_await(__VA_ARGS__)
#define log_is_there(...) embedded_is_there(__VA_ARGS__)
#define log_durable(...) embedded_durable(__VA_ARGS__)
#define log_failed(...) embedded_failed(__VA_ARGS__)
#define log_stuck(...) embedded_stuck(__VA_ARGS__)
#define log_lease_check(...) embedded_lease_check(__VA_ARGS__)
#define log_lease_is_kept(...) embedded_lease_is_kept(__VA_ARGS__)
#define log_lease_is_unheard(...) embedded_lease_is_unheard(__VA_ARGS__)
#define log_lease_alike(...) embedded_lease_alike(__VA_ARGS__)
#define log_lease_watch(...) embedded_lease_watch(__VA_ARGS__)
#define log_lease_are_many(...) embedded_lease_are_many(__VA_ARGS__)
#define log_lease_forgotten(...) embedded_lease_forgotten(__VA_ARGS__)
#define log_lease_each(...) embedded_lease_each(__VA_ARGS__)
#define log_lease_each_of(...) embedded_lease_each_of(__VA_ARGS__)
#define log_lease_written(...) embedded_lease_written(__VA_ARGS__)
#define log_lease_durable(...) embedded_lease_durable(__VA_ARGS__)
#define log_lease_owner(...) embedded_lease_owner(__VA_ARGS__)
#include "server/room/log_block.c"
#include "server/room/log_tell.c"
#include "server/room/log_shared.c"
#include "server/room/log.c"
#include "server/room/log_lease.c"

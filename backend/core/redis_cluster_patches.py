"""What redis-py 7.4 gets wrong in its asyncio cluster client, mended through its private API.

Each patch links its upstream issue. Remove the patch when the required version has the fix. No other module uses
private names of redis-py.
"""

from collections.abc import Iterable

from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, NodesManager


def forget_lost_connections(nodes: Iterable[ClusterNode]) -> None:
    """Forget connections that ended while a command was sent: redis-py counts them for ever.

    https://github.com/redis/redis-py/issues/4110, fixed by https://github.com/redis/redis-py/pull/4111
    """
    for node in nodes:
        free = set(node._free)  # noqa: SLF001
        node._connections = [  # noqa: SLF001
            connection
            for connection in node._connections  # noqa: SLF001
            if connection.is_connected or connection in free
        ]


class ClusterMap(NodesManager):
    """Which node has which slots, and which are primaries."""

    @classmethod
    def of(cls, client: RedisCluster) -> "ClusterMap":
        """The map to put in place of the client's own, before it is first used.

        The nodes of the URL stay the entry points, so that names are resolved again when all addresses have changed:
        https://github.com/redis/redis-py/issues/2472
        """
        return cls(client.startup_nodes, True, client.connection_kwargs, dynamic_startup_nodes=False)  # noqa: FBT003 (redis-py's signature)

    def set_nodes(self, old: dict[str, ClusterNode], new: dict[str, ClusterNode], remove_old: bool = False) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        """Take over the new nodes, each with its present role.

        redis-py keeps a node that it knows in its former role, and lets the slots lead to another object for it: after
        a failover scripts and SCAN miss the new primary, and nothing closes the connections of the old objects.

        https://github.com/redis/redis-py/issues/2433, fixed for the synchronous client only by
        https://github.com/redis/redis-py/pull/2549
        """
        for name in old.keys() & new.keys():
            old[name].server_type = new[name].server_type
        super().set_nodes(old, new, remove_old)
        for nodes in {id(nodes): nodes for nodes in self.slots_cache.values()}.values():
            nodes[:] = [old.get(node.name, node) for node in nodes]

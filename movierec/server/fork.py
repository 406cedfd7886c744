"""Kernels that are forked instead of started: milliseconds each, and half the memory. Linux only.

::

    nursery = Nursery(environment, preload=["movierec.app"])
    manager.provisioner = ForkedKernel(nursery=nursery, kernel_id=…, kernel_spec=…, parent=manager)
    await manager.start_kernel(env=…)
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from movierec.server.nursery import PROGRAM, CannotFork, Nursery

__all__ = ["COMMAND", "ForkedKernel"]

_log = logging.getLogger(__name__)

COMMAND = [*PROGRAM, "-f", "{connection_file}"]  # a kernel specification's argv


class ForkedKernel(LocalProvisioner):
    """Looks after one kernel's process as LocalProvisioner does, but has it forked.

    When it cannot be forked it is started as usual, with a warning in the log: *cmd* is a whole command.
    """

    process: Any
    nursery: Nursery

    def __init__(self, *, nursery: Nursery, **traits: Any):
        super().__init__(**traits)
        self.nursery = nursery

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have a kernel forked.

        Args:
            cmd: ``COMMAND`` with the name of the connection file in it.
            kwargs: ``env`` and ``cwd``, as for :class:`subprocess.Popen`.
        """
        cwd = kwargs.get("cwd") or Path.cwd()
        *program, connection_file = cmd
        try:
            if program != COMMAND[:-1]:
                raise CannotFork("its command has arguments that no forked kernel is given")
            self.process = await self.nursery.fork(connection_file, environment=kwargs["env"], cwd=cwd)
        except CannotFork as error:
            _log.warning("a kernel is started instead of forked: %s", error)
            return await super().launch_kernel(cmd, **kwargs)
        # The number is for people only. Without a group's number LocalProvisioner signals by our descriptor.
        self.pid, self.pgid, self.cwd = self.process.pid, None, cwd
        return self.connection_info

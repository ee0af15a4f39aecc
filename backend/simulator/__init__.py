"""A second HubSpot in its own process: strict where HubSpot is strict, and sharing no code with the product."""

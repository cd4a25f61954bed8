"""The laws, public: check a task, an agent, a study."""

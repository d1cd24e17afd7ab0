#pragma once

#include "CoreMinimal.h"
#include "HAL/Runnable.h"

#include "VoxrigNative.h"

class FRunnableThread;
class FVoxrigPerformer;

/** A connection's thread, as the engine makes threads. */
class FVoxrigRunner : public voxrig::plugin::Runner, public FRunnable
{
public:
	virtual ~FVoxrigRunner() override;

	//~ Begin voxrig::plugin::Runner interface
	virtual void begin(voxrig::ClientThread& Link) override;
	virtual void finish() override;
	//~ End voxrig::plugin::Runner interface

	//~ Begin FRunnable interface
	virtual uint32 Run() override;
	virtual void Stop() override;
	//~ End FRunnable interface

private:
	voxrig::ClientThread* Client = nullptr;
	FRunnableThread* Thread = nullptr;
};

/** The connection to one server, shared by all components that speak through it. For the game thread. */
class FVoxrigConnection
{
public:
	FVoxrigConnection(const FString& Host, int32 Port);

	/** The one to that server, made where there is none. */
	static TSharedRef<FVoxrigConnection> Get(const FString& Host, int32 Port);

	/** Tells what has come; once a frame, whoever calls first. */
	void Poll();

	/** Keeps a performer that has left, and may be in one of its own calls, until the next Poll. */
	void Retire(const TSharedRef<FVoxrigPerformer, ESPMode::ThreadSafe>& Performer);

	voxrig::plugin::Connection& GetNative() { return Native; }

	static voxrig::Endpoint MakeEndpoint(const FString& Host, int32 Port);

private:
	voxrig::plugin::Connection Native;
	TArray<TSharedRef<FVoxrigPerformer, ESPMode::ThreadSafe>> Retired;
	uint64 PolledFrame = MAX_uint64;
};
